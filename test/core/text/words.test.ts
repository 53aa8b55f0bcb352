import fc from 'fast-check';
import {
  bytesInWords,
  counted,
  durationInWords,
  listInWords,
  utcTime,
} from '../../../src/core/text/words.ts';

const MIN = 60_000;
const HOUR = 60 * MIN;
const DAY = 24 * HOUR;

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [1536, '1.5 KiB'],
  [99.97 * 1024, '100 KiB'],
  [1023.7 * 1024, '1.0 MiB'],
  [3.42 * 1024 ** 3, '3.4 GiB'],
  [150 * 1024 ** 3, '150 GiB'],
  [16 * 1024 ** 4, '16 TiB'],
  [5000 * 1024 ** 5, '5000 PiB'],
])('%d bytes are %s', (bytes, words) => {
  expect(bytesInWords(bytes)).toBe(words);
});

test('no size is said in 1024 of a unit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1024 ** 5 }), (bytes) => {
      expect(bytesInWords(bytes)).toMatch(/^(\d{1,3}|10[01]\d|102[0-3]|\d\d?\.\d) ([KMGTP]i)?B$/);
    }),
  );
});

test.each([
  [-5, '0 s'],
  [499, '0 s'],
  [45_000, '45 s'],
  [59_600, '1 min'],
  [6 * MIN + 12_000, '6 min 12 s'],
  [HOUR, '1 h'],
  [HOUR + 5_000, '1 h'],
  [2 * HOUR + 5 * MIN + 59_000, '2 h 5 min'],
  [3 * DAY + 4 * HOUR + 9 * MIN, '3 d 4 h'],
  [400 * DAY, '400 d'],
])('%d ms are %s', (ms, words) => {
  expect(durationInWords(ms)).toBe(words);
});

test('a duration has two units at the most, and no zeros among them', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1000 * DAY }), (ms) => {
      expect(durationInWords(ms)).toMatch(/^(0 s|[1-9]\d* (d|h|min|s)( [1-9]\d* (h|min|s))?)$/);
    }),
  );
});

test.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a and b'],
  [['a', 'b', 'c'], 'a, b and c'],
])('%j in words', (items, words) => {
  expect(listInWords(items)).toBe(words);
});

test('counts and times', () => {
  expect([counted(0, 'volume'), counted(1, 'volume'), counted(2, 'volume')]).toEqual([
    '0 volumes',
    '1 volume',
    '2 volumes',
  ]);
  expect(counted(2, 'copy', 'copies')).toBe('2 copies');
  expect(utcTime(Date.UTC(2026, 9, 1, 3, 14, 59))).toBe('2026-10-01 03:14 UTC');
});
