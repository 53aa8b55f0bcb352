import fc from 'fast-check';
import { applyPolicy } from '../../../src/core/retention/keep-rules.ts';
import { type KeepDuration, parseKeepDuration, timeBefore } from '../../../src/core/time/keep-duration.ts';
import { type Period, periodName, periodNumber } from '../../../src/core/time/period.ts';
import { createTimeZone } from '../../../src/core/time/time-zone.ts';
import { HOUR } from './entries.ts';

const times = fc.integer({ min: Date.UTC(2001, 0, 1), max: Date.UTC(2040, 0, 1) });

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function named(zone: string, at: string, period: Period): string {
  return periodName(period, createTimeZone(zone).wallMs(Date.parse(at)));
}

test('wall time is what Intl says, in every zone it knows', () => {
  const zones = Intl.supportedValuesOf('timeZone');
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.array(times, { maxLength: 4 }), (zone, all) => {
      const format = new Intl.DateTimeFormat('sv-SE', {
        timeZone: zone,
        dateStyle: 'short',
        timeStyle: 'medium',
      });
      const { wallMs } = createTimeZone(zone);
      for (const time of all)
        expect(iso(wallMs(time)).slice(0, 19).replace('T', ' ')).toBe(format.format(time));
    }),
    { numRuns: 400 },
  );
});

test('the second of a change of the clock is found', () => {
  const { wallMs } = createTimeZone('Europe/Berlin');
  const spring = Date.parse('2026-03-29T01:00:00Z');
  expect(iso(wallMs(spring - 1))).toBe('2026-03-29T01:59:59.999Z');
  expect(iso(wallMs(spring))).toBe('2026-03-29T03:00:00.000Z');
  const autumn = Date.parse('2026-10-25T01:00:00Z');
  expect(iso(wallMs(autumn - 1))).toBe('2026-10-25T02:59:59.999Z');
  expect(iso(wallMs(autumn))).toBe('2026-10-25T02:00:00.000Z');
  const half = createTimeZone('Australia/Lord_Howe');
  expect(iso(half.wallMs(Date.parse('2026-04-04T14:59:59Z')))).toBe('2026-04-05T01:59:59.000Z');
  expect(iso(half.wallMs(Date.parse('2026-04-04T15:00:00Z')))).toBe('2026-04-05T01:30:00.000Z');
});

test('an unknown zone is refused by Intl', () => {
  expect(() => createTimeZone('Europe/Atlantis')).toThrow(RangeError);
});

test('weeks are ISO weeks: a year may end or begin in a week of its neighbour', () => {
  expect(named('UTC', '2024-12-29T23:59:59Z', 'weekly')).toBe('2024-W52');
  expect(named('UTC', '2024-12-30T00:00:00Z', 'weekly')).toBe('2025-W01');
  expect(named('UTC', '2027-01-03T12:00:00Z', 'weekly')).toBe('2026-W53');
  expect(named('UTC', '2027-01-04T00:00:00Z', 'weekly')).toBe('2027-W01');
  expect(named('UTC', '2021-01-01T00:00:00Z', 'weekly')).toBe('2020-W53');
  // The same moment is Sunday in one zone and Monday in another.
  expect(named('America/New_York', '2024-12-30T03:00:00Z', 'weekly')).toBe('2024-W52');
  expect(named('Asia/Tokyo', '2024-12-29T15:00:00Z', 'weekly')).toBe('2025-W01');
});

test('names of hours, days, months and years are those of the zone', () => {
  expect(named('Europe/Berlin', '2024-02-28T23:30:00Z', 'hourly')).toBe('2024-02-29 00:00');
  expect(named('Europe/Berlin', '2024-02-28T23:30:00Z', 'daily')).toBe('2024-02-29');
  expect(named('Europe/Berlin', '2024-02-29T23:30:00Z', 'monthly')).toBe('2024-03');
  expect(named('Europe/Berlin', '2024-12-31T23:30:00Z', 'yearly')).toBe('2025');
});

test('two times share a number exactly when they share a name', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<Period>('hourly', 'daily', 'weekly', 'monthly', 'yearly'),
      times,
      fc.integer({ min: -40 * 24 * HOUR, max: 40 * 24 * HOUR }),
      (period, one, apart) => {
        const other = one + apart;
        expect(periodNumber(period, one) === periodNumber(period, other)).toBe(
          periodName(period, one) === periodName(period, other),
        );
      },
    ),
  );
});

describe('days on which the clock changes', () => {
  const zone = createTimeZone('Europe/Berlin');
  const kept = (newestFirst: string[], period: Period, count: number) =>
    applyPolicy(
      newestFirst.map((time) => Date.parse(time)),
      { [period]: count },
      zone,
    ).flatMap((reasons, at) => (reasons.length > 0 ? [newestFirst[at]] : []));

  test('a day of 23 hours and one of 25 hours are one day each', () => {
    const spring = [
      '2026-03-29T21:59:00Z',
      '2026-03-28T23:01:00Z',
      '2026-03-28T22:59:00Z',
      '2026-03-27T12:00:00Z',
    ];
    expect(kept(spring, 'daily', 2)).toEqual([spring[0], spring[2]]);
    const autumn = [
      '2026-10-25T22:59:00Z',
      '2026-10-24T22:01:00Z',
      '2026-10-24T21:59:00Z',
      '2026-10-23T12:00:00Z',
    ];
    expect(kept(autumn, 'daily', 2)).toEqual([autumn[0], autumn[2]]);
  });

  test('the hour that the clock shows twice is one hour, as in restic', () => {
    const twice = [
      '2026-10-25T01:40:00Z',
      '2026-10-25T00:40:00Z',
      '2026-10-24T23:40:00Z',
      '2026-10-24T22:40:00Z',
    ];
    expect(kept(twice, 'hourly', 2)).toEqual([twice[0], twice[2]]);
  });

  test('29 February is a day like any other', () => {
    const leap = [
      '2024-03-01T03:00:00Z',
      '2024-02-29T03:00:00Z',
      '2024-02-28T03:00:00Z',
      '2024-02-27T03:00:00Z',
    ];
    expect(kept(leap, 'daily', 3)).toEqual(leap.slice(0, 3));
    expect(kept(leap, 'monthly', 2)).toEqual(leap.slice(0, 2));
  });
});

describe('within', () => {
  const since = (text: string, newest: string) =>
    iso(timeBefore(Date.parse(newest), parseKeepDuration(text) as KeepDuration));

  test('months and years are those of the calendar', () => {
    expect(since('1m', '2026-03-15T03:00:00Z')).toBe('2026-02-15T03:00:00.000Z');
    expect(since('1y', '2025-02-28T03:00:00Z')).toBe('2024-02-28T03:00:00.000Z');
    expect(since('13m', '2026-01-15T03:00:00Z')).toBe('2024-12-15T03:00:00.000Z');
    expect(since('1y2m3d4h', '2026-03-15T03:00:00Z')).toBe('2025-01-11T23:00:00.000Z');
    expect(since('9999y', '2026-03-15T03:00:00Z').slice(0, 7)).toBe('-007973');
    expect(since('1950y', '2026-03-15T03:00:00Z')).toBe('0076-03-15T03:00:00.000Z');
  });

  test('a day that the month does not have is the month’s end', () => {
    expect(since('1m', '2026-03-31T03:00:00Z')).toBe('2026-03-01T00:00:00.000Z');
    expect(since('1m', '2024-03-30T03:00:00Z')).toBe('2024-03-01T00:00:00.000Z');
    expect(since('1y', '2024-02-29T03:00:00Z')).toBe('2023-03-01T00:00:00.000Z');
    expect(since('1m', '2024-03-29T03:00:00Z')).toBe('2024-02-29T03:00:00.000Z');
  });

  test('never goes back when the newest goes on', () => {
    const length = fc.record({
      years: fc.integer({ min: 0, max: 30 }),
      months: fc.integer({ min: 0, max: 30 }),
      days: fc.integer({ min: 0, max: 60 }),
      hours: fc.integer({ min: 0, max: 60 }),
    });
    fc.assert(
      fc.property(times, fc.integer({ min: 0, max: 96 * HOUR }), length, (one, later, within) => {
        expect(timeBefore(one + later, within)).toBeGreaterThanOrEqual(timeBefore(one, within));
      }),
      { numRuns: 2000 },
    );
  });
});
