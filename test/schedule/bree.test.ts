import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Log } from '../../src/core/ports/log.ts';
import { createSchedule, type ScheduleOptions } from '../../src/schedule/bree.ts';
import { scheduleOf } from '../core/time/schedule-of.ts';
import { clockShortlyBefore, handClock } from './clocks.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SLOT = Date.parse('2026-10-06T03:00Z');
const daily = scheduleOf('0 3 * * *');
const inBerlin = scheduleOf('0 5 * * *', 'Europe/Berlin');

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const HANGS = fileURLToPath(new URL('./jobs/hangs.ts', import.meta.url));
const FAILS_IN_BERLIN = fileURLToPath(new URL('./jobs/fails-in-berlin.ts', import.meta.url));

/** A schedule with everything it does, in order: `tick a b`, `error …`; and how many workers came online. */
function watched(options: Partial<ScheduleOptions> & Pick<ScheduleOptions, 'schedules' | 'clock'>) {
  const events: string[] = [];
  let workers = 0;
  let changed = Promise.withResolvers<void>();
  const note = (event: string) => {
    events.push(event);
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const log: Log = {
    debug: (_fields, message) => {
      if (message.endsWith('online')) workers += 1;
      if (message.endsWith('exited with code 0')) note('worker ended');
    },
    info: () => undefined,
    warn: (_fields, message) => note(`warn ${message}`),
    error: (_fields, message) => note(`error ${message}`),
    child: () => log,
  };
  const schedule = createSchedule({ onTick: (keys) => note(`tick ${keys.join(' ')}`), log, ...options });
  return {
    schedule,
    events,
    workers: () => workers,
    async until(event: string, times = 1): Promise<void> {
      while (events.filter((one) => one === event).length < times) await changed.promise;
    },
  };
}

test('when a slot comes, one worker brings one tick with the keys of its schedules', async () => {
  const { schedule, events, workers, until } = watched({
    schedules: [
      { key: 'prod/nightly', schedule: daily },
      { key: 'test/nightly', schedule: daily },
      { key: 'prod/noon', schedule: scheduleOf('0 12 * * *') },
    ],
    clock: clockShortlyBefore(SLOT),
  });
  await schedule.start();
  expect(events).toEqual(['tick prod/nightly test/nightly prod/noon']);
  await until('worker ended');
  await schedule.stop();
  expect(events.slice(1)).toEqual(['tick prod/nightly test/nightly', 'worker ended']);
  expect(workers()).toBe(1);
}, 180_000);

test('a thousand targets with one cron and zone share one worker', async () => {
  const schedules = Array.from({ length: 1_000 }, (_, n) => ({ key: `target-${n}`, schedule: daily }));
  const clock = handClock(SLOT - HOUR);
  const { schedule, events, workers, until } = watched({ schedules, clock });
  await schedule.start();
  clock.set(SLOT);
  await until('worker ended');
  await schedule.stop();
  const all = `tick ${schedules.map(({ key }) => key).join(' ')}`;
  expect(events).toEqual([all, all, 'worker ended']);
  expect(workers()).toBe(1);
}, 180_000);

test('it goes on with the next slot, and follows a clock that is set forward or back', async () => {
  const clock = handClock(SLOT - HOUR);
  const { schedule, events, until } = watched({ schedules: [{ key: 'a', schedule: daily }], clock });
  await schedule.start();
  const times = [SLOT, SLOT + 24 * HOUR, SLOT + 24 * 10 * HOUR + 5 * MINUTE];
  for (const [at, ms] of times.entries()) {
    clock.set(ms);
    await until('worker ended', at + 1);
  }
  // Set back to before a slot that has been: it is told again, and core decides that it was settled.
  clock.set(SLOT - MINUTE);
  await new Promise(setImmediate);
  clock.set(SLOT);
  await until('worker ended', 4);
  await schedule.stop();
  expect(events.filter((event) => event === 'tick a')).toHaveLength(5);
}, 180_000);

test('a worker that fails is logged, its tick is brought all the same, and the others go on', async () => {
  const clock = handClock(SLOT - HOUR);
  const { schedule, events, until } = watched({
    schedules: [
      { key: 'berlin', schedule: inBerlin },
      { key: 'utc', schedule: daily },
    ],
    clock,
    worker: { file: FAILS_IN_BERLIN },
  });
  await schedule.start();
  for (const day of [0, 1]) {
    clock.set(SLOT + day * 24 * HOUR);
    await until('tick utc', day + 1);
    await until('tick berlin', day + 1);
    await until('worker ended', day + 1);
  }
  await schedule.stop();
  const count = (event: string) => events.filter((one) => one === event).length;
  expect([count('tick berlin'), count('tick utc'), count('tick berlin utc')]).toEqual([2, 2, 1]);
  expect(count('error the worker of a schedule failed')).toBe(2);
}, 180_000);

test('a job that cannot be made is an error of the start', async () => {
  const { schedule } = watched({
    schedules: [{ key: 'a', schedule: daily }],
    clock: handClock(SLOT),
    worker: { file: here('jobs/missing.ts') },
  });
  await expect(schedule.start()).rejects.toThrow('jobs/missing.ts');
  await schedule.stop();
}, 180_000);

test('a tick that throws is logged and stops nothing', async () => {
  const clock = handClock(SLOT - HOUR);
  const { schedule, events, until } = watched({
    schedules: [{ key: 'a', schedule: daily }],
    clock,
    onTick: () => {
      throw new Error('thrown on purpose');
    },
  });
  await schedule.start();
  for (const day of [0, 1]) {
    clock.set(SLOT + day * 24 * HOUR);
    await until('worker ended', day + 1);
  }
  await schedule.stop();
  expect(events.filter((event) => event.startsWith('error a tick'))).toHaveLength(3);
}, 180_000);

test('stop ends a worker that hangs, at once, and nothing comes after it', async () => {
  const clock = handClock(SLOT - HOUR);
  const { schedule, events, workers } = watched({
    schedules: [{ key: 'a', schedule: daily }],
    clock,
    worker: { file: HANGS },
  });
  await schedule.start();
  clock.set(SLOT);
  while (workers() === 0) await new Promise(setImmediate);
  await schedule.stop();
  clock.set(SLOT + 24 * HOUR);
  await new Promise(setImmediate);
  expect(events).toEqual(['tick a']);
}, 180_000);

test('a worker that hangs is ended after a while, and its tick is brought without it', async () => {
  const clock = handClock(SLOT - HOUR);
  const { schedule, events, until } = watched({
    schedules: [{ key: 'a', schedule: daily }],
    clock,
    worker: { file: HANGS, endsAfterMs: 50 },
  });
  await schedule.start();
  clock.set(SLOT);
  await until('tick a', 2);
  await schedule.stop();
  expect(events).toEqual(['tick a', 'error the worker of a schedule failed', 'tick a']);
}, 180_000);

test('without schedules it starts, does nothing, and stops', async () => {
  const { schedule, events } = watched({ schedules: [], clock: handClock(SLOT) });
  await schedule.start();
  await schedule.stop();
  expect(events).toEqual([]);
}, 180_000);

test('in a process of its own it holds nothing open after stop, in whatever folder it is', () => {
  // Bree takes a path with such characters for the text of a program.
  const folder = mkdtempSync(join(tmpdir(), 'schedule & #1+ '));
  cpSync(FAILS_IN_BERLIN, join(folder, 'job.ts'));
  const program = `
    import { createSchedule } from ${JSON.stringify(here('../../src/schedule/bree.ts'))};
    import { parseSchedule } from ${JSON.stringify(here('../../src/core/time/schedule.ts'))};
    import { noLog } from ${JSON.stringify(here('../../src/core/ports/log.ts'))};
    import { clockShortlyBefore } from ${JSON.stringify(here('clocks.ts'))};
    const { schedule } = parseSchedule({ cron: '0 3 * * *', timezone: 'UTC' });
    let ticks = 0;
    const running = createSchedule({
      schedules: [{ key: 'a', schedule }],
      clock: clockShortlyBefore(${SLOT}),
      log: { ...noLog, error: ({ err }, message) => console.log('error', message, err) },
      worker: { file: ${JSON.stringify(join(folder, 'job.ts'))} },
      onTick: (keys) => {
        console.log('tick', ...keys);
        ticks += 1;
        if (ticks === 2) running.stop().then(() => console.log('stopped'));
      },
    });
    await running.start();
  `;
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    env: {},
    encoding: 'utf8',
    timeout: 30_000,
  });
  rmSync(folder, { recursive: true });
  expect(said).toBe('tick a\ntick a\nstopped\n');
}, 180_000);
