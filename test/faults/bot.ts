import { createApp, systemGateways } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { scaledClock } from '../../src/sandbox/scaled-clock.ts';

/**
 * The bot as a process of its own on its world's clock, BOT_CLOCK: `[speed, startsAt, origin]`. Each step of a run is
 * told as a line `step image/done` on standard error, and at the one in KILL_AT the process ends itself as a power cut
 * would. STORE_PRAGMA is one more pragma of the store.
 */
async function main(): Promise<void> {
  const { BOT_CLOCK = '[1]', KILL_AT, STORE_PRAGMA } = process.env;
  const [speed, startsAt, origin] = JSON.parse(BOT_CLOCK);
  const read = readConfig();
  if (!read.ok) throw new Error(read.message);
  const app = await createApp(read.config, {
    ...systemGateways,
    clock: scaledClock(speed, startsAt, origin),
    storePragmas: STORE_PRAGMA === undefined ? [] : [STORE_PRAGMA],
    observe({ step, phase }) {
      const point = `${step}/${phase}`;
      process.stderr.write(`step ${point}\n`);
      if (point === KILL_AT) process.kill(process.pid, 'SIGKILL');
    },
  });
  process.on('SIGTERM', () => {
    void app.stop('SIGTERM').then(({ clean }) => process.exit(clean ? 0 : 1));
  });
  await app.start();
}

await main();
