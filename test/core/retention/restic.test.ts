import fc from 'fast-check';
import { type KeepPolicy, parseKeepPolicy } from '../../../src/core/model/keep-policy.ts';
import { applyPolicy, type KeepReason } from '../../../src/core/retention/keep-rules.ts';
import { createTimeZone } from '../../../src/core/time/time-zone.ts';
import { DAY, HOUR } from './entries.ts';
import { naivePolicy } from './naive-policy.ts';
import { ANSWERS, TIMES } from './restic-answers.ts';

const utc = createTimeZone('UTC');

function policyOf(texts: Record<string, string>): KeepPolicy {
  const reading = parseKeepPolicy(texts);
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  return reading.policy;
}

/** `2019-11-17: daily 2019-11-17`, newest first. */
function keptOf(times: readonly string[], texts: Record<string, string>): string[] {
  const newestFirst = times.map((time) => Date.parse(time)).sort((a, b) => b - a);
  return applyPolicy(newestFirst, policyOf(texts), utc).flatMap((reasons, at) =>
    reasons.length === 0
      ? []
      : [`${new Date(newestFirst[at] ?? 0).toISOString().slice(0, 19)}: ${reasons.map(short).join(', ')}`],
  );
}

function short(reason: KeepReason): string {
  if (reason.code === 'last') return 'last';
  if (reason.code === 'within') return 'within';
  return `${reason.oldest === true ? 'oldest ' : ''}${reason.period} ${reason.of}`;
}

describe('the examples of restic’s documentation (restic.readthedocs.io, 060_forget)', () => {
  const sundays = [
    ...['2019-09-01', '2019-09-08', '2019-09-15', '2019-09-22', '2019-09-29', '2019-10-06'],
    ...['2019-10-13', '2019-10-20', '2019-10-27', '2019-11-03', '2019-11-10', '2019-11-17'],
  ].map((day) => `${day}T11:00:00Z`);

  test('one backup each Sunday for 12 weeks, --keep-daily 4: the last four Sundays', () => {
    expect(keptOf(sundays, { KEEP_DAILY: '4' })).toEqual([
      '2019-11-17T11:00:00: daily 2019-11-17',
      '2019-11-10T11:00:00: daily 2019-11-10',
      '2019-11-03T11:00:00: daily 2019-11-03',
      '2019-10-27T11:00:00: daily 2019-10-27',
    ]);
  });

  test('--keep-last 1 of two: the newer one', () => {
    const kept = keptOf(['2017-02-21T10:48:33Z', '2017-02-21T10:49:18Z'], { KEEP_LAST: '1' });
    expect(kept).toEqual(['2017-02-21T10:49:18: last']);
  });

  test('one backup a day for 100 years: 7 daily, 4 more weekly, 11 more monthly, 74 more yearly', () => {
    // The last day of a week, a month and a year at once, as the documentation counts: "12 or 11" and "75 or 74",
    // "depending on whether one of them ends up being the same" as one that is kept already. Here one always is.
    const newest = Date.UTC(2119, 11, 31, 12);
    const newestFirst = Array.from({ length: 36_500 }, (_, n) => newest - n * DAY);
    const texts = { KEEP_DAILY: '7', KEEP_WEEKLY: '5', KEEP_MONTHLY: '12', KEEP_YEARLY: '75' };
    const firsts = applyPolicy(newestFirst, policyOf(texts), utc).flatMap(([first]) =>
      first?.code === 'period' ? [first.period] : [],
    );
    const counts = Map.groupBy(firsts, (period) => period);
    expect([...counts].map(([period, kept]) => [period, kept.length])).toEqual([
      ['daily', 7],
      ['weekly', 4],
      ['monthly', 11],
      ['yearly', 74],
    ]);
  });

  test('“2y5m7d3h keeps all made in the two years, five months, seven days and three hours before the latest”', () => {
    const times = [
      '2024-06-20T12:00:00Z',
      '2022-01-13T09:00:01Z',
      '2022-01-13T09:00:00Z',
      '2022-01-13T08:59:59Z',
    ];
    expect(keptOf(times, { KEEP_WITHIN: '2y5m7d3h' })).toEqual([
      '2024-06-20T12:00:00: within',
      '2022-01-13T09:00:01: within',
    ]);
  });

  test('“the oldest is kept additionally and marked as oldest” while there are not enough', () => {
    const times = ['2024-05-17T09:41:06Z', '2024-05-17T09:36:51Z', '2024-05-17T09:38:00Z'];
    expect(keptOf(times, { KEEP_HOURLY: '24' })).toEqual([
      '2024-05-17T09:41:06: hourly 2024-05-17 09:00',
      '2024-05-17T09:36:51: oldest hourly 2024-05-17 09:00',
    ]);
    expect(keptOf(times, { KEEP_HOURLY: '1' })).toHaveLength(1);
  });

  test('“the most recent one on a Sunday would match both hourly, daily and weekly”', () => {
    const texts = { KEEP_HOURLY: '1', KEEP_DAILY: '1', KEEP_WEEKLY: '1' };
    expect(keptOf(sundays, texts)).toEqual([
      '2019-11-17T11:00:00: hourly 2019-11-17 11:00, daily 2019-11-17, weekly 2019-W46',
    ]);
  });

  test('“unlimited” is “keep all”', () => {
    expect(keptOf(sundays, { KEEP_LAST: 'unlimited' })).toHaveLength(12);
    expect(keptOf(sundays, { KEEP_MONTHLY: 'unlimited' }).map((line) => line.slice(0, 10))).toEqual([
      ...['2019-11-17', '2019-10-27', '2019-09-29', '2019-09-01'],
    ]);
  });
});

describe('restic’s own answers', () => {
  const times = TIMES.map((time) => Date.parse(time)).reverse();

  test.each(ANSWERS.map(({ policy, kept }) => [JSON.stringify(policy), policy, kept] as const))(
    '%s',
    (_name, policy, kept) => {
      const ours = applyPolicy(times, policyOf(policy), createTimeZone('Europe/Berlin'))
        .map((reasons) => (reasons.length > 0 ? '#' : '.'))
        .reverse();
      expect(ours.join('')).toBe(kept);
    },
  );
});

const count = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 0, max: 12 }) },
  { weight: 1, arbitrary: fc.constant('unlimited' as const) },
);
const within = fc.record({
  years: fc.integer({ min: 0, max: 2 }),
  months: fc.integer({ min: 0, max: 14 }),
  days: fc.integer({ min: 0, max: 40 }),
  hours: fc.integer({ min: 0, max: 30 }),
});
const policies: fc.Arbitrary<KeepPolicy> = fc.record(
  { last: count, within, hourly: count, daily: count, weekly: count, monthly: count, yearly: count },
  { requiredKeys: [] },
);
const zones = fc.constantFrom(
  ...['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Apia'],
  ...['America/Sao_Paulo', 'Africa/Casablanca', 'Pacific/Chatham'],
);
/** Close together, so that hours and days are shared, and years apart. */
const gaps = fc.oneof(
  fc.integer({ min: 1, max: 90 * 60_000 }),
  fc.integer({ min: 1, max: 3 * DAY }),
  fc.integer({ min: 1, max: 60 * DAY }),
  fc.integer({ min: 1, max: 30 }).map((n) => n * HOUR),
);
const series = fc
  .tuple(
    fc.integer({ min: Date.UTC(2008, 0, 1), max: Date.UTC(2030, 0, 1) }),
    fc.array(gaps, { maxLength: 60 }),
  )
  .map(([start, steps]) => {
    let time = start;
    return [start, ...steps.map((step) => (time -= step))];
  });

test('keeps what a second, naive reading of the description keeps', () => {
  fc.assert(
    fc.property(series, policies, zones, (newestFirst, policy, zone) => {
      const ours = applyPolicy(newestFirst, policy, createTimeZone(zone));
      const kept = ours.flatMap((reasons, at) => (reasons.length > 0 ? [at] : []));
      const naive = [...naivePolicy(newestFirst, policy, zone)].sort((a, b) => a - b);
      expect(kept).toEqual(naive);
    }),
    { numRuns: 600 },
  );
});
