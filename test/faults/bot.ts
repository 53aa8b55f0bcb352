import { dialThrough } from '../../sandbox/machine/access/dial-through.ts';
import { fetchThrough } from '../../sandbox/machine/access/fetch-through.ts';
import { scaledClock } from '../../sandbox/scaled-clock.ts';
import { systemGateways } from '../../src/app/gateways.ts';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config/config.ts';

/**
 * The bot as a process of its own on its world's clock, BOT_CLOCK: `[speed, startsAt, origin]`. Each step of a run is
 * told as a line `step image/done` on standard error, and at the first of those in KILL_AT, which have blanks between them,
 * the process ends itself as a power cut would. NETWORK leads to its world's machines. STORE_PRAGMA is one more pragma of
 * the store.
 */
async function main(): Promise<void> {
  const { BOT_CLOCK = '[1]', KILL_AT = '', NETWORK, STORE_PRAGMA } = process.env;
  const deadly = new Set(KILL_AT.split(' '));
  const [speed, startsAt, origin] = JSON.parse(BOT_CLOCK);
  const read = readConfig();
  if (!read.ok) throw new Error(read.message);
  const app = await createApp(read.config, {
    ...systemGateways,
    clock: scaledClock(speed, startsAt, origin),
    ...(NETWORK === undefined ? {} : { dial: dialThrough(NETWORK), fetch: fetchThrough(NETWORK) }),
    storePragmas: STORE_PRAGMA === undefined ? [] : [STORE_PRAGMA],
    observe({ step, phase }) {
      const point = `${step}/${phase}`;
      process.stderr.write(`step ${point}\n`);
      if (deadly.has(point)) process.kill(process.pid, 'SIGKILL');
    },
  });
  process.on('SIGTERM', () => {
    void app.stop('SIGTERM').then(({ clean }) => process.exit(clean ? 0 : 1));
  });
  await app.start();
}

await main();
