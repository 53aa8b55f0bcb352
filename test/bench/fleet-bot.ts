import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { scaledClock } from '../../sandbox/scaled-clock.ts';
import { systemGateways } from '../../src/app/gateways.ts';
import { createApp, leanHeap } from '../../src/app.ts';
import { readConfig } from '../../src/config/config.ts';

/**
 * The bot as `src/main.ts` starts it, but on its world's clock, BOT_CLOCK: `[speed, startsAt, origin]`. SIGUSR2 collects
 * what garbage there is and says `collected` on standard output.
 */
async function main(): Promise<void> {
  leanHeap();
  const [speed, startsAt, origin] = JSON.parse(process.env.BOT_CLOCK ?? '[1]');
  const read = readConfig();
  if (!read.ok) throw new Error(read.message);
  const app = await createApp(read.config, {
    ...systemGateways,
    clock: scaledClock(speed, startsAt, origin),
  });
  process.on('SIGUSR2', () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    for (let i = 0; i < 3; i += 1) collect();
    process.stdout.write('collected\n');
  });
  process.on('SIGTERM', () => {
    void app.stop('SIGTERM').then(({ clean }) => process.exit(clean ? 0 : 1));
  });
  await app.start();
}

await main();
