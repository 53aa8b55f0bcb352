import fc from 'fast-check';
import { type AlarmInput, alarmStep, type OpenAlarm, overdueAt } from '../../../src/core/alarms/alarm.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const T = Date.UTC(2026, 10, 23);

const input = (change: Partial<AlarmInput>): AlarmInput => ({
  now: T,
  newestCompleteAt: T - HOUR,
  watchingSince: T - 30 * DAY,
  maxAgeMs: DAY,
  open: undefined,
  ...change,
});
const open = (change: Partial<OpenAlarm> = {}): OpenAlarm => ({
  since: T - HOUR,
  toldAt: T,
  times: 1,
  ...change,
});

describe('an alarm', () => {
  test.each<[string, Partial<AlarmInput>, ReturnType<typeof alarmStep>]>([
    ['is none while the newest is young', {}, { do: 'nothing' }],
    ['is none a moment before the promise ends', { newestCompleteAt: T - DAY + 1 }, { do: 'nothing' }],
    ['opens when it ends', { newestCompleteAt: T - DAY }, { do: 'open', since: T }],
    [
      'says since when, also where nobody looked for long',
      { newestCompleteAt: T - 3 * DAY },
      { do: 'open', since: T - 2 * DAY },
    ],
    [
      'counts from the first look without any backup',
      { newestCompleteAt: undefined, watchingSince: T - DAY + 1 },
      { do: 'nothing' },
    ],
    [
      'opens without any backup, too',
      { newestCompleteAt: undefined, watchingSince: T - DAY - HOUR },
      { do: 'open', since: T - HOUR },
    ],
    ['closes when a backup completes', { open: open() }, { do: 'close', since: T - HOUR }],
    [
      'keeps its beginning while an old backup comes to light',
      { newestCompleteAt: T - DAY - MINUTE, open: open({ toldAt: T - HOUR }) },
      { do: 'repeat', since: T - HOUR, times: 2 },
    ],
    [
      'stays open when the newest backup is deleted',
      { newestCompleteAt: undefined, open: open() },
      { do: 'nothing' },
    ],
  ])('%s', (_what, change, step) => {
    expect(alarmStep(input(change))).toEqual(step);
  });

  test.each([
    [1, 1],
    [2, 2],
    [3, 4],
    [4, 8],
    [5, 24],
    [6, 24],
    [100, 24],
  ])('told %i times, is repeated after %i hours', (times, hours) => {
    const told = (agoMs: number) =>
      alarmStep(input({ newestCompleteAt: T - 9 * DAY, open: open({ times, toldAt: T - agoMs }) })).do;
    expect([told(hours * HOUR - 1), told(hours * HOUR)]).toEqual(['nothing', 'repeat']);
  });
});

test('whatever happens, alarms are opened and closed in turn, at their time, and told ever more rarely', () => {
  const happenings = fc.array(
    fc.record({ afterMs: fc.integer({ min: MINUTE, max: 2 * DAY }), completes: fc.boolean() }),
    { maxLength: 200 },
  );
  fc.assert(
    fc.property(happenings, fc.integer({ min: HOUR, max: 3 * DAY }), (all, maxAgeMs) => {
      let now = T;
      let newestCompleteAt: number | undefined;
      let alarm: OpenAlarm | undefined;
      let gap = 0;
      for (const { afterMs, completes } of all) {
        now += afterMs;
        if (completes) newestCompleteAt = now;
        const state = { now, newestCompleteAt, watchingSince: T, maxAgeMs, open: alarm };
        const isOverdue = now >= overdueAt(state);
        const step = alarmStep(state);
        switch (step.do) {
          case 'open':
            expect([isOverdue, alarm, step.since]).toEqual([true, undefined, overdueAt(state)]);
            alarm = { since: step.since, toldAt: now, times: 1 };
            gap = 0;
            break;
          case 'repeat': {
            if (alarm === undefined) throw new Error('repeated what was not open');
            expect([isOverdue, step]).toEqual([
              true,
              { ...step, since: alarm.since, times: alarm.times + 1 },
            ]);
            expect(now - alarm.toldAt).toBeGreaterThanOrEqual(Math.max(HOUR, Math.min(gap, DAY)));
            gap = Math.min(2 ** alarm.times * HOUR, DAY);
            alarm = { since: alarm.since, toldAt: now, times: step.times };
            break;
          }
          case 'close':
            expect([isOverdue, step.since]).toEqual([false, alarm?.since]);
            alarm = undefined;
            break;
          case 'nothing':
            // Silent only where all is well, or where the last telling is less than a day old.
            if (isOverdue) expect(now - (alarm?.toldAt ?? 0)).toBeLessThan(DAY);
            else expect(alarm).toBeUndefined();
        }
      }
    }),
  );
});
