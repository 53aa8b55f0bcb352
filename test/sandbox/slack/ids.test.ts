import { createIds, createTimestamps } from '../../../sandbox/slack/ids.ts';

test('times are text of seconds and micros, and grow within one millisecond', () => {
  const next = createTimestamps(() => 1_790_000_000_123);
  expect([next(), next(), next()]).toEqual(['1790000000.123000', '1790000000.123001', '1790000000.123002']);
});

test('times never go back with the clock', () => {
  let now = 2000;
  const next = createTimestamps(() => now);
  const before = next();
  now = 1000;
  expect(next() > before).toBe(true);
});

test('ids have the shape of Slack and repeat from run to run', () => {
  const next = createIds();
  expect([next('V'), next('F')]).toEqual(['V0000000001', 'F0000000002']);
});
