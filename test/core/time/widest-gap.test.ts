import fc from 'fast-check';
import type { Schedule } from '../../../src/core/time/schedule.ts';
import { gapWiderThan } from '../../../src/core/time/widest-gap.ts';
import { scheduleOf } from './schedule-of.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Hours of the widest gap, found by asking for one that is wider than nothing. */
function widest(crons: readonly string[], timezone: string): number {
  const gap = gapWiderThan(
    0,
    crons.map((cron) => scheduleOf(cron, timezone)),
  );
  return gap === undefined ? NaN : (gap.until - gap.from) / HOUR;
}

test.each([
  [['15 3 * * *'], 'UTC', 24],
  // The night of the repeated hour.
  [['15 3 * * *'], 'Europe/Berlin', 25],
  [['15 3 * * *'], 'Australia/Lord_Howe', 24.5],
  [['0 * * * *'], 'Europe/Berlin', 1],
  [['0 */6 * * *'], 'Europe/Berlin', 7],
  [['0 3 * * 1-5'], 'UTC', 72],
  [['0 3 * * MON'], 'UTC', 168],
  [['0 3 1 * *'], 'UTC', 31 * 24],
  // January to March, in a year without a 29 February.
  [['0 3 29,30 * *'], 'UTC', 58 * 24],
  [['0 3 31 * *'], 'UTC', 61 * 24],
  [['0 3 29 2 *'], 'UTC', 1_461 * 24],
  // Together they are closer than each by itself.
  [['0 3 * * *', '0 15 * * *'], 'UTC', 12],
  [['0 3 * * 1-5', '0 12 * * SAT,SUN'], 'UTC', 33],
])('%j in %s: %d hours', (crons, timezone, hours) => {
  expect(widest(crons, timezone)).toBe(hours);
});

test('a gap of the limit itself is none', () => {
  const daily = [scheduleOf('15 3 * * *', 'UTC')];
  expect(gapWiderThan(DAY, daily)).toBeUndefined();
  expect(gapWiderThan(DAY - 1, daily)).toEqual({
    from: Date.UTC(2027, 0, 1, 3, 15),
    until: Date.UTC(2027, 0, 2, 3, 15),
  });
  expect(gapWiderThan(1, [])).toBeUndefined();
});

/** Every gap between two slots of fifteen months, one by one. */
function everyGap(schedules: readonly Schedule[]): number[] {
  const next = (after: number) => Math.min(...schedules.map((one) => one.next(after) ?? Infinity));
  const gaps: number[] = [];
  let slot = next(Date.UTC(2027, 0, 1));
  while (slot < Date.UTC(2028, 3, 1)) {
    const following = next(slot);
    gaps.push(following - slot);
    slot = following;
  }
  return gaps;
}

test('it leaps over slots, and misses no gap', () => {
  const days = fc.constantFrom(
    '* * *',
    '* * 1-5',
    '* * MON,THU',
    '1,15 * *',
    '*/9 * *',
    '* */2 *',
    '28-31 * *',
  );
  const hours = fc.constantFrom('3', '*/5', '8-20/4', '0,23');
  const cron = fc.tuple(fc.constantFrom('0', '7', '5,35'), hours, days).map((fields) => fields.join(' '));
  const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/Nuuk', 'Australia/Lord_Howe');
  const limit = fc.integer({ min: 1, max: 40 * 24 }).map((h) => h * HOUR);
  const some = fc.array(cron, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(some, zone, limit, (crons, timezone, limitMs) => {
      const schedules = crons.map((text) => scheduleOf(text, timezone));
      const found = gapWiderThan(limitMs, schedules);
      const width = Math.max(...everyGap(schedules));
      expect(found === undefined ? undefined : found.until - found.from).toBe(
        width > limitMs ? width : undefined,
      );
    }),
    { numRuns: 25 },
  );
});
