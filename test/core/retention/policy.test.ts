import fc from 'fast-check';
import { keepsNothing, parseKeepPolicy, policyInWords } from '../../../src/core/model/keep-policy.ts';

function problemsOf(texts: Record<string, string | undefined>): string[] {
  const reading = parseKeepPolicy(texts);
  return reading.ok ? [] : reading.problems.map(({ name, text }) => `${name}: ${text}`);
}

test('reads every rule', () => {
  const texts = {
    KEEP_LAST: '3',
    KEEP_WITHIN: '1y2m3d4h',
    KEEP_HOURLY: '24',
    KEEP_DAILY: ' 14 ',
    KEEP_WEEKLY: '8',
    KEEP_MONTHLY: '12',
    KEEP_YEARLY: 'unlimited',
  };
  const reading = parseKeepPolicy(texts);
  expect(reading).toEqual({
    ok: true,
    policy: {
      last: 3,
      within: { years: 1, months: 2, days: 3, hours: 4 },
      hourly: 24,
      daily: 14,
      weekly: 8,
      monthly: 12,
      yearly: 'unlimited',
    },
  });
  expect(reading.ok && policyInWords(reading.policy)).toBe(
    'the last 3, all within 1 year, 2 months, 3 days and 4 hours of the newest, 24 hourly, 14 daily, 8 weekly, ' +
      '12 monthly and unlimited yearly',
  );
});

test('a rule that is blank, missing or 0 is no rule', () => {
  const reading = parseKeepPolicy({
    KEEP_LAST: '',
    KEEP_WITHIN: ' ',
    KEEP_HOURLY: undefined,
    KEEP_DAILY: '7',
    KEEP_WEEKLY: '0',
  });
  expect(reading).toEqual({ ok: true, policy: { daily: 7, weekly: 0 } });
  expect(policyInWords({ daily: 7, weekly: 0 })).toBe('7 daily');
});

test.each(['-1', '-7', '1.5', '1,5', '1e3', '+3', '0x10', 'seven', '7d', '10001', '99999999999', '７'])(
  'a count of %s is refused',
  (text) => {
    expect(problemsOf({ KEEP_DAILY: text })).toEqual([
      `KEEP_DAILY: “${text}” is not a whole number from 0 to 10000, nor the word unlimited. Use digits only, for example 7.`,
    ]);
  },
);

test.each(['7', '-1d', '1.5d', '1d1d', '2h3', '1d 2h', 'P1D', '1M', '90s', 'forever', '123456d'])(
  'a length of %s is refused',
  (text) => {
    expect(problemsOf({ KEEP_WITHIN: text })).toEqual([
      `KEEP_WITHIN: “${text}” is not a length of time. Use years, months, days and hours, each once, for example 1y2m3d4h.`,
    ]);
  },
);

test('a week is written as seven days, as in restic', () => {
  expect(problemsOf({ KEEP_WITHIN: '2w' })).toEqual([
    'KEEP_WITHIN: “2w” is not a length of time. Use years, months, days and hours, each once (a week is 7d), for example 1y2m3d4h.',
  ]);
});

test('the units of a length come in any order', () => {
  expect(parseKeepPolicy({ KEEP_WITHIN: '1y1d1m' })).toEqual(parseKeepPolicy({ KEEP_WITHIN: '1y1m1d' }));
});

test('unknown rules are refused, those of restic that are left out among them', () => {
  expect(problemsOf({ KEEP_DAYLY: '7', KEEP_WITHIN_DAILY: '7d' })).toEqual([
    'KEEP_DAYLY: “KEEP_DAYLY” is not a rule. The rules are KEEP_LAST, KEEP_WITHIN, KEEP_HOURLY, KEEP_DAILY, KEEP_WEEKLY, KEEP_MONTHLY and KEEP_YEARLY.',
    'KEEP_WITHIN_DAILY: “KEEP_WITHIN_DAILY” is not a rule. The rules are KEEP_LAST, KEEP_WITHIN, KEEP_HOURLY, KEEP_DAILY, KEEP_WEEKLY, KEEP_MONTHLY and KEEP_YEARLY.',
  ]);
  expect(problemsOf({ toString: '7' })[0]).toContain('“toString” is not a rule');
});

test('a policy that keeps nothing is refused', () => {
  const remedy =
    'that would keep nothing. Set at least one of KEEP_LAST, KEEP_WITHIN, KEEP_HOURLY, KEEP_DAILY, KEEP_WEEKLY, ' +
    'KEEP_MONTHLY and KEEP_YEARLY above zero, for example KEEP_DAILY=14.';
  expect(problemsOf({})).toEqual([`KEEP_*: No rule is set: ${remedy}`]);
  expect(problemsOf({ KEEP_LAST: '0', KEEP_WITHIN: '0d0h' })).toEqual([
    `KEEP_*: KEEP_LAST is “0” and KEEP_WITHIN is “0d0h”: ${remedy}`,
  ]);
});

test('every problem is told at once', () => {
  expect(problemsOf({ KEEP_LAST: 'x', KEEP_WITHIN: 'y', KEEP_DAILY: '7' })).toHaveLength(2);
});

test('whatever is typed, a policy that is accepted keeps something', () => {
  const text = fc.oneof(fc.string(), fc.integer().map(String), fc.stringMatching(/^[0-9ymdhw-]{0,6}$/));
  fc.assert(
    fc.property(
      fc.record({ KEEP_LAST: text, KEEP_WITHIN: text, KEEP_DAILY: text }, { requiredKeys: [] }),
      (texts) => {
        const reading = parseKeepPolicy(texts);
        if (reading.ok) expect(keepsNothing(reading.policy)).toBe(false);
        else expect(reading.problems.every(({ text: words }) => words.length > 0)).toBe(true);
      },
    ),
  );
});
