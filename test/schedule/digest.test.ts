import type { CatalogueEntry } from '../../src/core/catalogue/entry.ts';
import type { Target } from '../../src/core/model/target.ts';
import type { Ec2 } from '../../src/core/ports/ec2.ts';
import { noLog } from '../../src/core/ports/log.ts';
import { ProblemError } from '../../src/core/problems/problem.ts';
import type { Digest } from '../../src/core/routine/digest.ts';
import { sendDigests } from '../../src/schedule/digest.ts';
import { entry, MACHINE } from '../commands/fakes.ts';
import { type HandClock, handClock } from '../hand-clock.ts';
import { type MemoryStore, memoryStore } from '../memory-store.ts';
import { target } from '../target.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A Monday at nine in Berlin. */
const SLOT = Date.UTC(2026, 9, 5, 7);
const PROD = target('prod', { digest: true, timezone: 'Europe/Berlin' });

const denied = new ProblemError({ code: 'permissions-missing', actions: ['ec2:DescribeImages'] });

interface Bot {
  clock: HandClock;
  store: MemoryStore;
  /** What EC2 holds; an error is thrown. */
  catalogue: CatalogueEntry[] | Error;
  /** How often EC2 was asked. */
  asked: number;
  start(targets?: readonly Target[]): Promise<void>;
  stop(): Promise<void>;
  digests(): Digest[];
}

let bot: Bot;
afterEach(() => bot.stop());

function botAt(startsAt: number): Bot {
  let stopping = new AbortController();
  let running = Promise.resolve();
  const here: Bot = {
    clock: handClock(startsAt),
    store: memoryStore(),
    catalogue: [entry('bk-1', { createdAt: SLOT - HOUR })],
    asked: 0,
    async start(targets = [PROD]) {
      stopping = new AbortController();
      const ec2 = (): Pick<Ec2, 'catalogue' | 'findInstances'> => ({
        findInstances: async () => [MACHINE],
        async catalogue() {
          here.asked += 1;
          if (here.catalogue instanceof Error) throw here.catalogue;
          return here.catalogue;
        },
      });
      const { clock, store } = here;
      const notifier = { wake: () => undefined, emergency: () => undefined };
      running = sendDigests(
        { targets, ec2: ec2 as () => Ec2, store, notifier, clock, log: noLog },
        stopping.signal,
      );
      await here.clock.advance(0);
    },
    async stop() {
      stopping.abort();
      await running;
    },
    digests: () =>
      [...here.store.sent.values()].flatMap(({ view }) => (view.kind === 'digest' ? [view.digest] : [])),
  };
  return here;
}

test('is sent at its slot, once, and again a week later', async () => {
  bot = botAt(SLOT - 2 * MINUTE);
  await bot.start();
  await bot.clock.advance(2 * MINUTE - 1);
  expect(bot.digests()).toEqual([]);
  await bot.clock.advance(1);
  expect(bot.digests()).toMatchObject([
    { target: 'prod', from: SLOT - 7 * DAY, until: SLOT, ended: { complete: 1 }, inEc2: { kept: 1 } },
  ]);
  expect([...bot.store.sent.keys()]).toEqual(['digest/prod/2026-10-05']);
  for (let day = 0; day < 6; day += 1) await bot.clock.advance(DAY);
  expect(bot.digests()).toHaveLength(1);
  await bot.clock.advance(DAY);
  expect(bot.digests().map(({ until }) => until)).toEqual([SLOT, SLOT + 7 * DAY]);
  expect(bot.asked).toBe(2);
});

test('no restart sends it twice, and a new bot begins with the next week', async () => {
  bot = botAt(SLOT + HOUR);
  await bot.start();
  expect(bot.digests()).toEqual([]);
  await bot.clock.advance(7 * DAY - HOUR);
  expect(bot.digests()).toHaveLength(1);
  for (let i = 0; i < 3; i += 1) {
    await bot.stop();
    await bot.start();
    await bot.clock.advance(5 * MINUTE);
  }
  expect(bot.digests()).toHaveLength(1);
  expect([...bot.store.sent.values()].map(({ version }) => version)).toEqual([1]);
});

test.each([
  [23 * HOUR, 1],
  [25 * HOUR, 0],
])('after a stop until %i ms past the slot there are %i', async (late, count) => {
  bot = botAt(SLOT - HOUR);
  await bot.start();
  await bot.stop();
  await bot.clock.advance(HOUR + late);
  await bot.start();
  expect(bot.digests()).toHaveLength(count);
  await bot.clock.advance(7 * DAY - late);
  expect(bot.digests()).toHaveLength(count + 1);
});

test('waits for EC2 for an hour, and comes as soon as it can be read', async () => {
  bot = botAt(SLOT - 1);
  bot.catalogue = denied;
  await bot.start();
  await bot.clock.advance(1);
  await bot.clock.advance(40 * MINUTE);
  expect(bot.digests()).toEqual([]);
  bot.catalogue = [];
  await bot.clock.advance(5 * MINUTE);
  expect(bot.digests()).toMatchObject([{ until: SLOT, inEc2: { kept: 0 } }]);
});

test('after the hour says that EC2 could not be read', async () => {
  bot = botAt(SLOT - 1);
  bot.catalogue = denied;
  await bot.start();
  await bot.clock.advance(1);
  await bot.clock.advance(59 * MINUTE);
  expect(bot.digests()).toEqual([]);
  await bot.clock.advance(5 * MINUTE);
  expect(bot.digests()).toMatchObject([{ inEc2: { unread: denied.message } }]);
  bot.catalogue = [];
  await bot.clock.advance(HOUR);
  expect(bot.digests()).toHaveLength(1);
});

test('a fault of one target keeps nobody else’s back, and is tried again', async () => {
  bot = botAt(SLOT - 1);
  await bot.start([PROD, target('lab', { digest: true, timezone: 'Europe/Berlin' })]);
  bot.catalogue = new TypeError('x is undefined');
  await bot.clock.advance(1);
  expect(bot.digests()).toEqual([]);
  bot.catalogue = [];
  await bot.clock.advance(5 * MINUTE);
  expect(bot.digests().map((digest) => digest.target)).toEqual(['prod', 'lab']);
  // A region is read once a look for all of its targets.
  expect(bot.asked).toBe(2);
});

test('another time zone on the same Monday brings no second one', async () => {
  bot = botAt(SLOT - 1);
  await bot.start();
  await bot.clock.advance(1);
  await bot.stop();
  await bot.start([{ ...PROD, timezone: 'America/New_York' }]);
  await bot.clock.advance(6 * HOUR);
  expect(bot.digests().map(({ now }) => now)).toEqual([SLOT]);
  await bot.clock.advance(7 * DAY);
  expect(bot.digests()).toHaveLength(2);
});

test('a clock that was far ahead does not silence it for years', async () => {
  bot = botAt(SLOT + 5 * 365 * DAY);
  await bot.start();
  await bot.stop();
  const { store } = bot;
  bot = botAt(SLOT - HOUR);
  bot.store = store;
  await bot.start();
  await bot.clock.advance(HOUR);
  expect(bot.digests().map(({ until }) => until)).toEqual([SLOT]);
});

test('reads the whole fortnight of the audit, however long it is', async () => {
  bot = botAt(SLOT - 20 * DAY);
  for (let i = 0; i < 1_200; i += 1) {
    const row = { verb: 'schedule', target: 'prod', at: SLOT - DAY, detail: { stage: 'find' } };
    await bot.store.audit.append(
      i === 0
        ? { ...row, kind: 'result', runId: 'bk-first', detail: { outcome: 'failed' } }
        : { ...row, kind: 'stage' },
    );
  }
  await bot.start();
  await bot.clock.advance(20 * DAY);
  expect(bot.digests()).toMatchObject([{ ended: { failed: 1 } }]);
});

test('is off where the target says so', async () => {
  bot = botAt(SLOT - 1);
  await bot.start([{ ...PROD, digest: false }]);
  await bot.clock.advance(DAY);
  expect(bot.store.sent.size).toBe(0);
});
