import { mondayOf, weekly, weeksUpTo } from '../../../src/core/time/week.ts';

const HOUR = 3_600_000;

test.each([
  ['UTC', '2026-10-05T09:00:00.000Z'],
  ['Europe/Berlin', '2026-10-05T07:00:00.000Z'],
  ['America/New_York', '2026-10-05T13:00:00.000Z'],
  ['Pacific/Kiritimati', '2026-10-04T19:00:00.000Z'],
])('in %s a week is told at %s, a Monday at nine there', (timezone, at) => {
  const schedule = weekly(timezone);
  const slot = schedule.next(Date.UTC(2026, 9, 2)) ?? 0;
  expect(new Date(slot).toISOString()).toBe(at);
  expect(mondayOf(slot, schedule)).toBe('2026-10-05');
});

test('weeks follow each other without a gap, also where daylight saving ends', () => {
  const schedule = weekly('Europe/Berlin');
  const until = Date.UTC(2026, 9, 26, 8);
  const { before, from } = weeksUpTo(until, schedule);
  expect(until - from).toBe((7 * 24 + 1) * HOUR);
  expect(from - before).toBe(7 * 24 * HOUR);
  expect(weeksUpTo(from, schedule).from).toBe(before);
});
