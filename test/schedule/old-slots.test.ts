import { noLog } from '../../src/core/ports/log.ts';
import { forgetOldSlots } from '../../src/schedule/old-slots.ts';
import { handClock } from '../hand-clock.ts';
import { memoryStore } from '../memory-store.ts';

const DAY = 24 * 3_600_000;

test('slots older than a hundred days are forgotten, once a day, also after a failure', async () => {
  const clock = handClock(200 * DAY);
  const store = memoryStore();
  const take = (day: number) => store.schedules.takeSlot('prod', 'nightly', day * DAY, 'bk-1');
  for (const day of [50, 100, 101]) await take(day);
  const stopping = new AbortController();
  const forgetting = forgetOldSlots({ store, clock, log: noLog }, stopping.signal);
  await clock.advance(0);
  expect(await take(100)).toBe(false);
  expect(await take(50)).toBe(true);
  store.broken = new Error('the disk is full');
  await clock.advance(DAY);
  store.broken = undefined;
  await clock.advance(DAY);
  expect(await take(101)).toBe(true);
  stopping.abort();
  await forgetting;
});
