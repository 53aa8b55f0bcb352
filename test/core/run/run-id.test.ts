import fc from 'fast-check';
import { isRunId, newRunId } from '../../../src/core/run/run-id.ts';
import { random, time } from '../arbitraries.ts';

test('is what people type: kind, minute in UTC, four characters', () => {
  expect(newRunId('backup', Date.UTC(2026, 10, 23, 3, 14, 59), () => 0)).toBe('bk-20261123-0314-aaaa');
  expect(newRunId('backup', Date.UTC(2026, 0, 2, 23, 5), () => 0.999999)).toBe('bk-20260102-2305-9999');
});

test('is always one of ours, without characters that are mistaken for one another', () => {
  fc.assert(
    fc.property(time, random, (at, dice) => {
      const id = newRunId('backup', at, dice);
      expect(isRunId(id)).toBe(true);
      expect(id.slice(-4)).not.toMatch(/[ilo01]/);
    }),
  );
});

test('sorts by time', () => {
  fc.assert(
    fc.property(time, time, random, (a, b, dice) => {
      const [earlier, later] = a < b ? [a, b] : [b, a];
      const minute = (at: number) => Math.floor(at / 60_000);
      if (minute(earlier) === minute(later)) return;
      expect(newRunId('backup', earlier, dice) < newRunId('backup', later, dice)).toBe(true);
    }),
  );
});

test('uses all of its room: two of one minute are rarely the same', () => {
  const all = Array.from({ length: 31 }, (_, i) => newRunId('backup', 0, () => i / 31));
  expect(new Set(all).size).toBe(31);
});

test.each([
  ['bk-20261123-0314-x4qz', true],
  ['', false],
  ['bk', false],
  ['bk-20261123-0314-x4q', false],
  ['bk-20261123-0314-x4qzz', false],
  ['bk-20261123-0314-X4QZ', false],
  ['bk-20261123-0314-x1qz', false],
  ['xx-20261123-0314-x4qz', false],
  ['bk-20261123-0314-x4qz\n', false],
  [' bk-20261123-0314-x4qz', false],
])('%j is a run id: %s', (text, expected) => {
  expect(isRunId(text)).toBe(expected);
});
