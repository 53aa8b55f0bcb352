import { createApp, systemGateways } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { scaledClock } from '../../src/sandbox/scaled-clock.ts';

/**
 * The bot as a process of its own on its world's clock. BOT_CLOCK is `[speed, startsAt, origin]`; KILL_AT is a step and
 * its phase, e.g. `image/done`, at which the process ends itself as a power cut would. Each step is told as a line
 * `step image/done` on standard error.
 */
async function main(): Promise<void> {
  const { BOT_CLOCK = '[1]', KILL_AT } = process.env;
  const [speed, startsAt, origin] = JSON.parse(BOT_CLOCK);
  const read = readConfig();
  if (!read.ok) throw new Error(read.message);
  const app = await createApp(read.config, {
    ...systemGateways,
    clock: scaledClock(speed, startsAt, origin),
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
