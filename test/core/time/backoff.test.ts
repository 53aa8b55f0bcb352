import { backoffMs } from '../../../src/core/time/backoff.ts';

test.each([
  [1, 500],
  [2, 1_000],
  [6, 16_000],
  [7, 30_000],
  [5_000, 30_000],
])('after %d failures in a row %d ms are waited', (failures, ms) => {
  expect(backoffMs(failures, { firstMs: 500, longestMs: 30_000 })).toBe(ms);
});
