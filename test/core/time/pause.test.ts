import fc from 'fast-check';
import { parsePause } from '../../../src/core/time/pause.ts';

const nowMs = Date.parse('2026-10-20T12:00Z');

function read(text: string): string {
  const reading = parsePause(text, { nowMs, timezone: 'Europe/Berlin' });
  return reading.ok ? new Date(reading.untilMs).toISOString().slice(0, 16) : reading.problem;
}

test.each([
  ['', '2026-10-21T12:00'],
  ['   ', '2026-10-21T12:00'],
  ['for 2h', '2026-10-20T14:00'],
  ['2h', '2026-10-20T14:00'],
  ['For 2 Hours', '2026-10-20T14:00'],
  ['1h30m', '2026-10-20T13:30'],
  ['1 hour and 30 minutes', '2026-10-20T13:30'],
  ['90 min', '2026-10-20T13:30'],
  ['3d', '2026-10-23T12:00'],
  ['2w', '2026-11-03T12:00'],
  ['14d', '2026-11-03T12:00'],
  // Local times: Berlin is two hours ahead, and one from the 25th at 03:00 on.
  ['until 2026-10-22', '2026-10-21T22:00'],
  ['2026-10-22', '2026-10-21T22:00'],
  ['until 2026-10-22 08:00', '2026-10-22T06:00'],
  ['until 2026-10-22T08:00', '2026-10-22T06:00'],
  ['until 2026-10-26 08:00', '2026-10-26T07:00'],
  ['until 2026-10-25 02:30', '2026-10-25T00:30'],
  ['until 14:30', '2026-10-20T12:30'],
  ['until 14:00', '2026-10-21T12:00'],
  ['until 8:00', '2026-10-21T06:00'],
])('“%s” ends at %s', (text, end) => {
  expect(read(text)).toBe(end);
});

const REMEDY =
  'Say how long, for example “for 2h” or “for 3d”, or until when, for example “until 08:00” or “until 2026-10-01”; at most 14 days.';

test.each([
  ['for ever', 'is not a time for a pause'],
  ['2', 'is not a time for a pause'],
  ['-2h', 'is not a time for a pause'],
  ['1.5h', 'is not a time for a pause'],
  ['2 months', 'is not a time for a pause'],
  ['until friday', 'is not a time for a pause'],
  ['until 25:00', 'is not a time for a pause'],
  ['until 2026-10-32', 'is not a time for a pause'],
  ['until 2026-09-31', 'is not a time for a pause'],
  ['until 2026-10-22 24:00', 'is not a time for a pause'],
  ['until 2026-10-20 13:59', 'is in the past'],
  ['until 2025-10-22', 'is in the past'],
  ['0m', 'is shorter than a minute'],
  ['15d', 'is more than 14 days away'],
  ['until 2026-11-04', 'is more than 14 days away'],
])('“%s” %s', (text, what) => {
  expect(read(text)).toBe(`“${text}” ${what}. ${REMEDY}`);
});

test('whatever is typed, a pause ends within 14 days, or a problem quotes it', () => {
  const typed = fc.oneof(
    fc.string(),
    fc.stringMatching(/^(for |until )?[0-9]{1,4}[-: hdmw]{0,2}[0-9-]{0,6}$/),
  );
  fc.assert(
    fc.property(typed, fc.constantFrom('UTC', 'America/New_York'), (text, timezone) => {
      const reading = parsePause(text, { nowMs, timezone });
      if (!reading.ok) return expect(reading.problem).toContain(REMEDY);
      expect(reading.untilMs).toBeGreaterThan(nowMs);
      expect(reading.untilMs).toBeLessThanOrEqual(nowMs + 14 * 86_400_000);
    }),
    { numRuns: 1_000 },
  );
});
