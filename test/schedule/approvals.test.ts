import type { Approval } from '../../src/core/approval/approval.ts';
import { noLog } from '../../src/core/ports/log.ts';
import { approvalMessage } from '../../src/runs/approval-messages.ts';
import { watchApprovals } from '../../src/schedule/approvals.ts';
import { approval, BEN, RUN } from '../core/approval/plans.ts';
import { handClock } from '../hand-clock.ts';
import { memoryStore } from '../memory-store.ts';

const ONE = approval({ askedAt: 0, expiresAt: 600_000, approvers: ['SAPPROVE', BEN.userId] });
let stopping = new AbortController();
let watched: Promise<void> = Promise.resolve();

afterEach(async () => {
  stopping.abort();
  await watched;
});

async function watching(one: Approval = ONE, targets: readonly { name: string }[] = [{ name: 'prod' }]) {
  const store = memoryStore();
  const clock = handClock(0);
  await store.approvals.insert(RUN, one, one.state === 'open');
  await store.messages.put(approvalMessage(one), 0);
  let woken = 0;
  const notifier = {
    wake() {
      woken += 1;
    },
    emergency: () => undefined,
  };
  stopping = new AbortController();
  watched = watchApprovals(
    { targets, store, notifier, clock, log: noLog, digest: () => 'digest' },
    stopping.signal,
  );
  const pass = async (ms: number) => {
    for (let at = 0; at < ms; at += 15_000) await clock.advance(15_000);
  };
  await clock.advance(0);
  return { store, clock, pass, woken: () => woken, sent: () => [...store.sent.keys()] };
}

test('at half time those who have not voted are called, once', async () => {
  const here = await watching();
  await here.pass(285_000);
  expect(here.sent()).toEqual([`approval/${RUN}`]);
  await here.pass(30_000);
  expect(here.store.sent.get(`approval/${RUN}/reminder`)).toMatchObject({
    threadOf: `approval/${RUN}`,
    version: 1,
    view: { mentions: ['SAPPROVE', BEN.userId], until: 600_000 },
  });
  await here.pass(200_000);
  expect(here.store.sent.get(`approval/${RUN}/reminder`)?.version).toBe(1);
  expect(here.woken()).toBe(1);
});

test('at its end it expires: buttons gone, who asked is told, and the history knows', async () => {
  const here = await watching();
  await here.pass(615_000);
  expect((await here.store.approvals.get(RUN))?.value).toMatchObject({ state: 'expired' });
  expect(await here.store.approvals.open()).toEqual([]);
  expect(here.store.sent.get(`approval/${RUN}`)).toMatchObject({
    final: true,
    view: { approval: { state: 'expired' } },
  });
  expect(here.store.sent.get(`approval/${RUN}/end/direct`)).toMatchObject({ channel: 'UANA' });
  expect(here.store.rows).toMatchObject([
    { kind: 'expiry', verb: 'release', runId: RUN, detail: { state: 'expired' } },
  ]);
  await here.pass(60_000);
  expect(here.store.rows).toHaveLength(1);
});

test('what expired while the bot was down is ended at its start, without a reminder', async () => {
  const here = await watching(approval({ askedAt: -900_000, expiresAt: -1 }));
  expect((await here.store.approvals.get(RUN))?.value.state).toBe('expired');
  expect(here.sent()).not.toContain(`approval/${RUN}/reminder`);
});

test('a request about a target that is no longer configured is void', async () => {
  const here = await watching(ONE, [{ name: 'lab' }]);
  expect((await here.store.approvals.get(RUN))?.value).toMatchObject({
    state: 'void',
    voidBecause: 'The target prod is no longer configured.',
  });
});

test('a request whose plan reads otherwise now, as after an update, is void in words', async () => {
  const here = await watching({ ...ONE, digest: 'of the plan as it was written before' });
  expect((await here.store.approvals.get(RUN))?.value).toMatchObject({
    state: 'void',
    voidBecause: 'The bot was updated since it was asked for. Ask again for a new plan.',
  });
  expect(here.sent()).toContain(`approval/${RUN}/end/direct`);
});

test('what is decided is left alone', async () => {
  const here = await watching({ ...ONE, state: 'approved' });
  await here.pass(700_000);
  expect((await here.store.approvals.get(RUN))?.version).toBe(1);
  expect(here.store.rows).toEqual([]);
});

test('a database that fails is looked at again', async () => {
  const here = await watching();
  here.store.broken = new Error('the disk is full');
  await here.pass(615_000);
  here.store.broken = undefined;
  await here.pass(30_000);
  expect((await here.store.approvals.get(RUN))?.value.state).toBe('expired');
});
