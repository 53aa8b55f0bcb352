import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createWorld } from '../../sandbox/world.ts';
import type { Measure } from './report.ts';

const BIN = fileURLToPath(new URL('../../bin/circleci-backup.js', import.meta.url));

/**
 * From `status --json` typed to its whole answer, with a bot that runs in this process, beside a Node that does nothing. Nobody sets
 * NODE_COMPILE_CACHE for a command line, so neither has one. The aim is 150 ms above the baseline.
 */
export async function measureCommandLine({ rounds }: { rounds: number }): Promise<Measure[]> {
  const world = await createWorld();
  try {
    await world.startBot();
    const place = { cwd: world.dataFolder, env: { PATH: process.env.PATH, ...world.env } };
    const once = (args: string[]) =>
      new Promise<number>((resolve, reject) => {
        const began = performance.now();
        execFile(process.execPath, args, place, (error) =>
          error === null ? resolve(performance.now() - began) : reject(error),
        );
      });
    const status = [BIN, 'status', '--json'];
    // The first question loads the SDK of AWS into the bot.
    await once(status);
    const baseline: number[] = [];
    const ours: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      baseline.push(await once(['-e', '0']));
      ours.push(await once(status));
    }
    return [{ name: 'status --json typed to its answer, node -e 0', unit: 'ms', baseline, ours }];
  } finally {
    await world.close();
  }
}
