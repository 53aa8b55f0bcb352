import fc from 'fast-check';
import { parseDuration } from '../../../src/core/time/duration.ts';

test.each([
  ['90s', 90_000],
  ['15m', 900_000],
  ['6h', 21_600_000],
  ['2d', 172_800_000],
  ['1w', 604_800_000],
  ['1h30m', 5_400_000],
  ['1w2d3h4m5s', 788_645_000],
  ['0s', 0],
])('%s is %i ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', '6', 'h', '6 h', '6hours', '-1h', '1.5h', '30m1h', '1h1h', '6H', '99999999999999999999w'])(
  '“%s” is no duration',
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);

test('a number of any unit counts in full', () => {
  const units = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
  fc.assert(
    fc.property(
      fc.nat(10_000),
      fc.constantFrom<keyof typeof units>('s', 'm', 'h', 'd', 'w'),
      (n, unit) => parseDuration(`${n}${unit}`) === n * units[unit] * 1000,
    ),
  );
});
