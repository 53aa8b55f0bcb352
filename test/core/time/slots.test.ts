import fc from 'fast-check';
import { latestSlot, nextSlots, slotsBetween } from '../../../src/core/time/slots.ts';
import { localDate, localTime } from './local-time.ts';
import { scheduleOf } from './schedule-of.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const utc = (ms: number) => new Date(ms).toISOString().slice(0, 16);

describe('the slots after a day’s start', () => {
  test.each([
    // Skipped: the first moment after the gap. Repeated: the first of the two.
    ['30 2 * * *', 'Europe/Berlin', '2026-03-28', '2026-03-28T01:30 2026-03-29T01:00 2026-03-30T00:30'],
    ['30 2 * * *', 'Europe/Berlin', '2026-10-24', '2026-10-24T00:30 2026-10-25T00:30 2026-10-26T01:30'],
    ['0 3 * * *', 'Europe/Berlin', '2026-03-28', '2026-03-28T02:00 2026-03-29T01:00 2026-03-30T01:00'],
    ['30 2 * * *', 'America/New_York', '2026-03-07', '2026-03-07T07:30 2026-03-08T07:00 2026-03-09T06:30'],
    ['30 1 * * *', 'America/New_York', '2026-10-31', '2026-10-31T05:30 2026-11-01T05:30 2026-11-02T06:30'],
    // Half an hour: 02:00 becomes 02:30, and 02:00 becomes 01:30.
    ['15 2 * * *', 'Australia/Lord_Howe', '2026-10-02', '2026-10-02T15:45 2026-10-03T15:30 2026-10-04T15:15'],
    ['45 1 * * *', 'Australia/Lord_Howe', '2026-04-03', '2026-04-03T14:45 2026-04-04T14:45 2026-04-05T15:15'],
    // Midnight itself was skipped, and the hour before it repeated.
    ['0 0 * * *', 'America/Sao_Paulo', '2018-11-03', '2018-11-03T03:00 2018-11-04T03:00 2018-11-05T02:00'],
    ['30 23 * * *', 'America/Sao_Paulo', '2018-02-17', '2018-02-17T01:30 2018-02-18T01:30 2018-02-19T02:30'],
    // The gap ends at midnight, so that the moment after it belongs to the next day: still one slot for each day.
    ['30 23 * * *', 'America/Nuuk', '2026-03-28', '2026-03-28T01:30 2026-03-29T01:00 2026-03-30T00:30'],
    // A day that the whole country left out is a long gap.
    ['0 3 * * *', 'Pacific/Apia', '2011-12-29', '2011-12-29T13:00 2011-12-30T10:00 2011-12-30T13:00'],
    // Steps and lists of hours are times of the day, too: none is lost, none comes twice.
    [
      '0 */6 * * *',
      'America/Sao_Paulo',
      '2018-11-04',
      '2018-11-04T03:00 2018-11-04T08:00 2018-11-04T14:00 2018-11-04T20:00 2018-11-05T02:00',
    ],
    ['0 */2 * * *', 'Europe/Berlin', '2026-10-25', '2026-10-25T00:00 2026-10-25T03:00 2026-10-25T05:00'],
    // Two times that fall on the same moment are one slot.
    ['0 2,3 * * *', 'Europe/Berlin', '2026-03-29', '2026-03-29T01:00 2026-03-30T00:00 2026-03-30T01:00'],
    // Every hour means elapsed time: 02:00 comes twice.
    ['0 * * * *', 'Europe/Berlin', '2026-10-25', '2026-10-25T00:00 2026-10-25T01:00 2026-10-25T02:00'],
    ['0 3 29 2 *', 'UTC', '2026-01-01', '2028-02-29T03:00 2032-02-29T03:00'],
    ['0 3 29 2 *', 'UTC', '2096-03-01', '2104-02-29T03:00'],
    [
      '0 3 31 * *',
      'UTC',
      '2026-01-01',
      '2026-01-31T03:00 2026-03-31T03:00 2026-05-31T03:00 2026-07-31T03:00',
    ],
    ['0 3 L * *', 'UTC', '2028-01-31', '2028-01-31T03:00 2028-02-29T03:00 2028-03-31T03:00'],
    ['59 23 31 12 *', 'UTC', '2026-01-01', '2026-12-31T23:59 2027-12-31T23:59'],
    ['0 0 1 1 *', 'Asia/Tokyo', '2026-01-02', '2026-12-31T15:00 2027-12-31T15:00'],
    // Either of the two, as everywhere in cron.
    ['0 3 13 * 5', 'UTC', '2026-11-07', '2026-11-13T03:00 2026-11-20T03:00 2026-11-27T03:00'],
    ['0 3 12 * 5', 'UTC', '2026-11-07', '2026-11-12T03:00 2026-11-13T03:00 2026-11-20T03:00'],
  ])('%s in %s from %s', (cron, timezone, from, expected) => {
    const slots = nextSlots(scheduleOf(cron, timezone), Date.parse(`${from}T00:00Z`) - 1, 8).map(utc);
    expect(slots.slice(0, expected.split(' ').length).join(' ')).toBe(expected);
  });
});

/** Zones with the days of a change; Troll’s is two hours, Lord Howe’s half an hour, Beirut’s at midnight. */
const CHANGES: [string, string][] = [
  ['UTC', '2026-12-31'],
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['Australia/Lord_Howe', '2026-10-03'],
  ['Australia/Lord_Howe', '2026-04-04'],
  ['America/Sao_Paulo', '2018-11-04'],
  ['America/Sao_Paulo', '2018-02-18'],
  ['Asia/Beirut', '2026-03-29'],
  ['America/Nuuk', '2026-03-29'],
  ['Antarctica/Troll', '2026-10-25'],
  ['Africa/Casablanca', '2026-02-15'],
];

/** A clock on the wall, minute by minute, for five days about a change. */
function wallClock(
  timezone: string,
  day: string,
): { shown: [number, string][]; from: number; until: number } {
  const from = Date.parse(`${day}T00:00Z`) - 2 * DAY;
  const until = from + 5 * DAY;
  const shown: [number, string][] = [];
  for (let ms = from; ms <= until; ms += MINUTE) shown.push([ms, localTime(ms, timezone)]);
  return { shown, from, until };
}

const two = (n: number) => String(n).padStart(2, '0');
const someMinute = fc.integer({ min: 0, max: 59 });
// Most changes are at these hours.
const someHour = fc.oneof(fc.constantFrom(23, 0, 1, 2, 3), fc.integer({ min: 0, max: 23 }));

test('around every kind of change, a slot is the first moment at which the wall shows its time or a later one', () => {
  const hours = fc.uniqueArray(someHour, { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.constantFrom(...CHANGES), someMinute, hours, ([timezone, day], minute, hourList) => {
      const { shown, from, until } = wallClock(timezone, day);
      const dates = new Set(shown.map(([, local]) => local.slice(0, 10)));
      const times = [...dates].flatMap((date) => hourList.map((h) => `${date} ${two(h)}:${two(minute)}`));
      const first = times.map((time) => shown.find(([, local]) => local >= time)?.[0] ?? 0);
      // The first and the last day of the walk are cut, so only what is between them is compared.
      const inside = (ms: number) => ms > from + DAY && ms <= until - DAY;
      const expected = [...new Set(first.filter(inside))].sort((a, b) => a - b);
      const schedule = scheduleOf(`${minute} ${hourList} * * *`, timezone);
      expect(slotsBetween(schedule, from + DAY, until - DAY, 1_000).map(utc)).toEqual(expected.map(utc));
    }),
    { numRuns: 60 },
  );
});

test('around every kind of change, every hour is each moment at which the wall shows its minute', () => {
  fc.assert(
    fc.property(fc.constantFrom(...CHANGES), someMinute, ([timezone, day], minute) => {
      const { shown, from, until } = wallClock(timezone, day);
      const expected = shown.filter(([ms, local]) => ms > from && local.endsWith(`:${two(minute)}`));
      expect(slotsBetween(scheduleOf(`${minute} * * * *`, timezone), from, until, 1_000).map(utc)).toEqual(
        expected.map(([ms]) => utc(ms)),
      );
    }),
    { numRuns: 25 },
  );
});

test.each([
  ['Europe/Berlin', '30 2 * * *'],
  ['America/New_York', '30 1 * * *'],
  ['Australia/Lord_Howe', '15 2 * * *'],
  ['America/Sao_Paulo', '0 0 * * *'],
  ['UTC', '59 23 * * *'],
])('%s: ten years of “%s” have one slot for each day of the calendar', (timezone, cron) => {
  const from = Date.parse('2012-01-01T12:00Z');
  const until = Date.parse('2022-01-01T12:00Z');
  const slots = slotsBetween(scheduleOf(cron, timezone), from, until, 5_000);
  const dates = slots.map((slot) => localDate(slot, timezone));
  const first = Date.parse(dates[0] ?? '');
  expect(dates).toHaveLength(3_653);
  expect(dates).toEqual(dates.map((_date, at) => new Date(first + at * DAY).toISOString().slice(0, 10)));
});

const CRONS = [
  '30 2 * * *',
  '15 1,2,3 L * *',
  '0 */6 * * *',
  '*/30 * * * *',
  '0 0 * * 1-5',
  '0 3 29 2 *',
  '0 3 31 * 0',
];
const aWhile = fc.oneof(fc.integer({ min: 0, max: 2 * DAY }), fc.integer({ min: 0, max: 3 * 60 * MINUTE }));
/** Half of the times are within hours of a change. */
const aTime = (day: string) =>
  fc.oneof(
    fc.integer({ min: Date.parse('2000-01-01'), max: Date.parse('2040-01-01') }),
    fc.integer({ min: Date.parse(day) - DAY / 2, max: Date.parse(day) + DAY / 2 }),
  );
const aSpan = fc
  .tuple(fc.constantFrom(...CRONS), fc.constantFrom(...CHANGES))
  .chain(([cron, [timezone, day]]) =>
    fc.tuple(fc.constant(scheduleOf(cron, timezone)), aTime(day), aWhile, aWhile),
  );

test('slots rise, lie in their span, and are the same however the span is split', () => {
  fc.assert(
    fc.property(aSpan, ([schedule, a, first, second]) => {
      const [b, c] = [a + first, a + first + second];
      const whole = slotsBetween(schedule, a, c, 10_000);
      expect([...slotsBetween(schedule, a, b, 10_000), ...slotsBetween(schedule, b, c, 10_000)]).toEqual(
        whole,
      );
      expect(whole.every((slot, at) => slot > (whole[at - 1] ?? a) && slot <= c)).toBe(true);
      expect(whole.every((slot) => slot % MINUTE === 0)).toBe(true);
      expect(slotsBetween(schedule, a, c, 3)).toEqual(whole.slice(0, 3));
      expect(nextSlots(schedule, a, 2)).toHaveLength(2);
      if (whole.length > 0) expect(latestSlot(schedule, c)).toBe(whole.at(-1));
    }),
    { numRuns: 150 },
  );
});

test('in the second pass of a repeated hour, its slot has been', () => {
  const schedule = scheduleOf('30 2 * * *', 'Europe/Berlin');
  for (const time of ['00:30', '00:59', '01:00', '01:29', '01:30', '01:31']) {
    expect(nextSlots(schedule, Date.parse(`2026-10-25T${time}Z`), 1).map(utc)).toEqual(['2026-10-26T01:30']);
  }
});

test.each([
  ['0 3 29 2 *', '2100-01-01T00:00Z', '2096-02-29T03:00'],
  ['0 3 * 2 1#5', '2026-01-01T00:00Z', '2016-02-29T03:00'],
  ['0 3 * * *', '2026-10-01T03:00:00Z', '2026-10-01T03:00'],
  ['0 3 * * *', '2026-10-01T02:59:59.999Z', '2026-09-30T03:00'],
])('the latest slot of %s at %s is %s', (cron, at, expected) => {
  expect(utc(latestSlot(scheduleOf(cron), Date.parse(at)) ?? 0)).toBe(expected);
});
