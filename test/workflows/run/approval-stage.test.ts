import { type Approval, planDigest } from '../../../src/core/approval/approval.ts';
import type { Members } from '../../../src/core/ports/members.ts';
import { approvalMessage } from '../../../src/runs/approval-messages.ts';
import { approvedStage, type Compared } from '../../../src/workflows/run/approval-stage.ts';
import { StoppingError } from '../../../src/workflows/run/interruptions.ts';
import { ASKER, approval, BEN, CLEO, plan } from '../../core/approval/plans.ts';
import { target } from '../../target.ts';
import { NOW, RUN, runIn, type Scene, scene } from '../fakes.ts';

const RELEASE = { verb: 'release' };
const INPUT = { runId: RUN, backupId: 'bk-1' };
const vote = (person: typeof BEN) => ({ person, vote: 'approve', at: 2_000 }) as const;

/** Everything is as the plan says. */
const SAME: Compared = { again: 'release bk-1', changes: async () => [] };

interface Approving extends Scene {
  check(
    started?: { workflow: string; input: unknown },
    compared?: Compared,
  ): ReturnType<typeof approvedStage>;
  kept(): Promise<Approval | undefined>;
  may: Map<string, Awaited<ReturnType<Members['isOneOf']>>>;
  account: Map<string, Awaited<ReturnType<Members['accountOf']>>>;
}

/** A run whose approval has these facts; Slack says yes to everybody unless told otherwise. */
async function approving(
  more: Partial<Approval> = {},
  changed: Parameters<typeof target>[1] = {},
): Promise<Approving> {
  const here = await scene();
  const { start, ...shown } = plan();
  const planned = { ...shown, start: { ...start, input: INPUT, view: { ...start.view, runId: RUN } } };
  const one = approval({
    runId: RUN,
    plan: planned,
    digest: planDigest(planned, here.context.digest),
    state: 'approved',
    votes: [vote(BEN)],
    ...more,
  });
  await here.store.approvals.insert(RUN, one, one.state === 'open');
  await here.store.messages.put(approvalMessage(one), NOW);
  const may: Approving['may'] = new Map();
  const account: Approving['account'] = new Map();
  const context = {
    ...here.context,
    targets: [target('prod', changed)],
    members: {
      isOneOf: async (id: string) => may.get(id) ?? ('yes' as const),
      peopleIn: async () => ['U1'],
      accountOf: async (id: string) => account.get(id) ?? ('person' as const),
      botIsIn: async () => 'yes' as const,
    },
  };
  return {
    ...here,
    context,
    may,
    account,
    check: (started = { workflow: 'release', input: INPUT }, compared = SAME) =>
      approvedStage(runIn(context, RELEASE), started, compared),
    kept: async () => (await here.store.approvals.get(RUN))?.value,
  };
}

test('what was approved by whom Slack still confirms may begin, and is marked as used', async () => {
  const here = await approving();
  expect(await here.check()).toMatchObject({
    ok: true,
    detail: '1 approval of the plan that runs, confirmed by Slack',
  });
  expect(await here.kept()).toMatchObject({ state: 'approved', usedAt: NOW });
});

test('a run that was interrupted after the mark goes on, and the mark stays as it was', async () => {
  const here = await approving();
  await here.check();
  await here.clock.advance(60_000);
  expect(await here.check()).toMatchObject({ ok: true });
  expect(await here.kept()).toMatchObject({ usedAt: NOW });
});

test.each<[string, Partial<Approval>, Parameters<typeof target>[1], string]>([
  ['is still open', { state: 'open' }, {}, 'approval-not-given'],
  ['was denied', { state: 'denied' }, {}, 'approval-not-given'],
  ['is void', { state: 'void' }, {}, 'approval-not-given'],
  ['is of another plan', { digest: 'another' }, {}, 'approval-plan-changed'],
  ['is short of what is required by now', {}, { approvalsRequired: 2 }, 'approval-short'],
  ['counts who asked', { votes: [vote(ASKER)] }, {}, 'approval-short'],
  ['counts one person twice', { required: 2, votes: [vote(BEN), vote(BEN)] }, {}, 'approval-short'],
])('an approval that %s starts nothing', async (_what, more, changed, code) => {
  const here = await approving(more, changed);
  expect(await here.check()).toMatchObject({ ok: false, problem: { code } });
  expect((await here.kept())?.usedAt).toBeUndefined();
});

test('another input than the one that was approved starts nothing, and the request says so', async () => {
  const here = await approving();
  const started = { workflow: 'release', input: { ...INPUT, backupId: 'bk-2' } };
  expect(await here.check(started)).toMatchObject({ ok: false, problem: { code: 'approval-plan-changed' } });
  expect(await here.kept()).toMatchObject({ state: 'void' });
  expect(here.store.sent.get(`approval/${RUN}`)?.view).toMatchObject({
    approval: { state: 'void', voidBecause: 'What would be done is not what was approved.' },
  });
  const other = await approving();
  expect(await other.check({ workflow: 'prune', input: INPUT })).toMatchObject({ ok: false });
});

test('without a request in the database nothing is started', async () => {
  const here = await approving();
  const context = { ...here.context, store: (await scene()).store };
  const result = await approvedStage(runIn(context, RELEASE), { workflow: 'release', input: INPUT }, SAME);
  expect(result).toMatchObject({ ok: false, problem: { code: 'approval-missing' } });
});

test('a target that is no longer configured has no approvers', async () => {
  const here = await approving();
  const context = { ...here.context, targets: [] };
  const result = await approvedStage(runIn(context, RELEASE), { workflow: 'release', input: INPUT }, SAME);
  expect(result).toMatchObject({ ok: false, problem: { code: 'approval-target-gone' } });
});

test.each(['bot', 'guest', 'gone'] as const)('whoever is a %s by now does not count', async (account) => {
  const here = await approving();
  here.account.set(BEN.userId, account);
  expect(await here.check()).toMatchObject({
    ok: false,
    problem: { code: 'approval-short', valid: 0, required: 1, invalid: [BEN.userId] },
  });
});

test('one of three who left does no harm where two are required', async () => {
  const here = await approving({
    required: 2,
    votes: [vote(BEN), vote(CLEO), vote({ userId: 'UDAN', teamId: 'T1' })],
  });
  here.may.set(CLEO.userId, 'no');
  expect(await here.check()).toMatchObject({ ok: true });
});

test('Slack is asked again for a while, and the run says that it waits', async () => {
  const here = await approving();
  here.may.set(BEN.userId, 'unknown');
  const checking = here.check();
  await here.clock.advance(5_000);
  expect(here.view().hint).toContain('Slack does not confirm right now');
  here.may.set(BEN.userId, 'yes');
  await here.clock.advance(5_000);
  expect(await checking).toMatchObject({ ok: true });
  expect(here.view()).not.toHaveProperty('hint');
});

test('what Slack does not confirm in three minutes fails closed', async () => {
  const here = await approving();
  here.account.set(BEN.userId, 'unknown');
  const checking = here.check();
  for (let i = 0; i < 40; i += 1) await here.clock.advance(5_000);
  expect(await checking).toMatchObject({
    ok: false,
    problem: { code: 'approval-unconfirmed', sinceMs: 180_000 },
  });
  expect(await here.kept()).toMatchObject({ state: 'void' });
});

test('a cancel ends the wait; a stop leaves all as it was', async () => {
  const here = await approving();
  here.may.set(BEN.userId, 'unknown');
  const checking = here.check();
  await here.clock.advance(0);
  await here.store.locks.requestCancel(RUN, ASKER, NOW);
  here.canceling.abort();
  expect(await checking).toMatchObject({ ok: false, problem: { code: 'canceled', by: ASKER.userId } });

  const other = await approving();
  other.may.set(BEN.userId, 'unknown');
  const stopped = other.check();
  await other.clock.advance(0);
  other.stopping.abort(new StoppingError());
  await expect(stopped).rejects.toThrow(StoppingError);
  expect(await other.kept()).toMatchObject({ state: 'approved' });
});

test('what is not as the plan says ends the run, makes the request void and says what to type', async () => {
  const here = await approving();
  const asked: string[] = [];
  const changes = async ({ name }: { name: string }) => {
    asked.push(name);
    return ['i-1 is stopped'];
  };
  const result = await here.check(undefined, { again: 'release bk-1', changes });
  expect(result).toEqual({
    ok: false,
    problem: { code: 'plan-changed', changes: ['i-1 is stopped'], again: 'release bk-1' },
  });
  expect(asked).toEqual(['prod']);
  expect(await here.kept()).toMatchObject({
    state: 'void',
    voidBecause: 'What was approved no longer fits: i-1 is stopped.',
  });
});
