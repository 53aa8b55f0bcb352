import { pauseBeforeLook } from '../../../src/core/time/poll-interval.ts';

test.each([
  [0, 500],
  [50_000, 500],
  [90_000, 900],
  [600_000, 6_000],
  [86_400_000, 15_000],
])('after %d ms the next look comes %d ms later', (waited, pause) => {
  expect(pauseBeforeLook(waited)).toBe(pause);
});
