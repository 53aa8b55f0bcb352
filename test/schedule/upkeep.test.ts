import { noLog } from '../../src/core/ports/log.ts';
import { keepStore } from '../../src/schedule/upkeep.ts';
import { handClock } from '../hand-clock.ts';
import { memoryStore } from '../memory-store.ts';

const DAY = 24 * 3_600_000;

function keeping(store: ReturnType<typeof memoryStore>, clock: ReturnType<typeof handClock>) {
  const errors: string[] = [];
  const stopping = new AbortController();
  const log = { ...noLog, error: (_fields: unknown, message: string) => void errors.push(message) };
  const notifier = { wake: () => undefined, emergency: async () => undefined };
  const targets = [{ name: 'prod', channel: 'C1' }] as never;
  const done = keepStore({ targets, store, notifier, clock, log }, stopping.signal);
  return {
    errors,
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

test('slots older than a hundred days are forgotten, once a day, also after a failure', async () => {
  const clock = handClock(200 * DAY);
  const store = memoryStore();
  const take = (day: number) => store.schedules.takeSlot('prod', 'nightly', day * DAY, 'bk-1');
  for (const day of [50, 100, 101]) await take(day);
  const kept = keeping(store, clock);
  await clock.advance(0);
  expect(await take(100)).toBe(false);
  expect(await take(50)).toBe(true);
  store.broken = new Error('the disk is full');
  await clock.advance(DAY);
  store.broken = undefined;
  await clock.advance(DAY);
  expect(await take(101)).toBe(true);
  await kept.stop();
});

test('an audit that is not whole is told at start: in the log each time, in the channel once', async () => {
  const clock = handClock(200 * DAY);
  const store = memoryStore();
  store.audit.verify = async () => ({ rows: 4, archived: 0, elsewhere: [], broken: { what: 'row', seq: 3 } });
  const kept = keeping(store, clock);
  await clock.advance(0);
  await clock.advance(DAY);
  expect(kept.errors).toHaveLength(2);
  expect(kept.errors[0]).toContain('Row 3 does not follow from the one before');
  expect([...store.sent.values()]).toMatchObject([
    {
      channel: 'C1',
      version: 1,
      view: { kind: 'note', tone: 'bad', text: expect.stringContaining('NOT whole') },
    },
  ]);
  await kept.stop();
});
