import { createShown } from '../../../src/slack/outbox/delivery-wait.ts';
import { memoryStore } from '../../memory-store.ts';

const ID = 'run/rs-1/list';
const PLACE = { channel: 'C1', ts: '1.0001' };

const says = (text: string) => ({ kind: 'note', tone: 'info', text }) as const;

/** A message that stands in Slack, and then says something new. */
async function changed() {
  const { messages } = memoryStore();
  const say = (text: string) =>
    messages.put({ id: ID, channel: 'C1', broadcast: false, final: false, view: says(text) }, 0);
  await say('first');
  await messages.setSent(ID, PLACE.ts, 1);
  await say('second');
  return { messages, say, shown: createShown(messages), over: new AbortController() };
}

test('what Slack shows already is there', async () => {
  const { messages, shown, over } = await changed();
  await messages.setSent(ID, PLACE.ts, 2);
  expect(await shown.place(ID, over.signal)).toEqual(PLACE);
  await new Promise((resolve) => setImmediate(resolve));
  expect(shown.waiting()).toBe(0);
});

test('what it is to show is waited for; an edit of before is none, and a newer one is', async () => {
  const { messages, say, shown, over } = await changed();
  let place: unknown = 'waits';
  const waiting = shown.place(ID, over.signal).then((found) => {
    place = found;
  });
  await messages.setSent(ID, PLACE.ts, 1);
  shown.tried(ID, true);
  shown.tried('run/rs-2/list', true);
  await new Promise((resolve) => setImmediate(resolve));
  expect(place).toBe('waits');
  await say('third');
  await messages.setSent(ID, PLACE.ts, 3);
  shown.tried(ID, true);
  await waiting;
  expect(place).toEqual(PLACE);
});

test.each<[string, (world: Awaited<ReturnType<typeof changed>>) => void]>([
  ['an edit that Slack did not take', ({ shown }) => shown.tried(ID, false)],
  ['an edit that does not come in time', ({ over }) => over.abort(null)],
])('%s is not waited for', async (_what, happens) => {
  const world = await changed();
  const waiting = world.shown.place(ID, world.over.signal);
  await new Promise((resolve) => setImmediate(resolve));
  expect(world.shown.waiting()).toBe(1);
  happens(world);
  expect(await waiting).toBeUndefined();
  expect(world.shown.waiting()).toBe(0);
});

test('a message that is not there, or was never posted, has no place', async () => {
  const { messages } = memoryStore();
  const shown = createShown(messages);
  const { signal } = new AbortController();
  expect(await shown.place(ID, signal)).toBeUndefined();
  await messages.put({ id: ID, channel: 'C1', broadcast: false, final: false, view: says('first') }, 0);
  expect(await shown.place(ID, signal)).toBeUndefined();
});
