import { type ApprovalRequest, askApproval } from '../../../src/commands/approval/ask-approval.ts';
import { voteOn } from '../../../src/commands/approval/vote.ts';
import { withdrawRequest } from '../../../src/commands/approval/withdraw.ts';
import { planDigest } from '../../../src/core/approval/approval.ts';
import { plan, RUN } from '../../core/approval/plans.ts';
import { target } from '../../target.ts';
import { ANA, BEN, CLEO, NOW, PROD, type Scene, scene } from '../fakes.ts';

const OPEN = target('prod', { approvers: [BEN.userId, CLEO.userId] });
const DIGEST = `digest of ${planDigest(plan(), (text) => text)}`;
const ballot = (person = BEN, more: object = {}) => ({
  person,
  vote: 'approve' as const,
  digest: DIGEST,
  ...more,
});

async function asked(more: Partial<ApprovalRequest> = {}, configured = OPEN): Promise<Scene> {
  const here = scene([configured]);
  await askApproval({ target: configured, person: ANA, plan: plan(), ...more }, here.deps);
  return here;
}

const kinds = ({ store }: Scene) => store.rows.map(({ kind, actor }) => [kind, actor?.userId]);

/** It holds the target. */
const ANOTHER_RUN = {
  target: 'prod',
  runId: 'bk-2',
  requester: CLEO,
  since: NOW,
  workflow: 'backup',
  input: {},
};

describe('a request', () => {
  test('is kept, shown and written down, and starts nothing', async () => {
    const here = await asked({ reason: ' it\n went  well ' });
    expect(await here.store.approvals.get(RUN)).toMatchObject({
      value: {
        state: 'open',
        digest: DIGEST,
        reason: 'it went well',
        approvers: [BEN.userId, CLEO.userId],
        expiresAt: NOW + 3_600_000,
      },
    });
    expect(here.store.sent.get(`approval/${RUN}`)).toMatchObject({
      channel: 'C1',
      final: false,
      state: 'new',
    });
    expect(kinds(here)).toEqual([['request', ANA.userId]]);
    expect(here.engine.started).toEqual([]);
    expect(here.store.locked.size).toBe(0);
    expect(here.woken).toBe(1);
  });

  test('that nobody could approve is refused with what to do', async () => {
    const alone = target('prod', { approvers: [ANA.userId] });
    const here = scene([alone]);
    expect(await askApproval({ target: alone, person: ANA, plan: plan() }, here.deps)).toMatchObject({
      view: 'refusal',
      next: expect.stringContaining('APPROVERS'),
    });
    expect(kinds(here)).toEqual([['refusal', ANA.userId]]);
    expect(await askApproval({ target: alone, person: BEN, plan: plan() }, here.deps)).toMatchObject({
      view: 'asked',
    });
  });

  test('that nobody would see is refused: the bot is not in the channel', async () => {
    const here = scene([OPEN]);
    here.botIn.set('C1', 'no');
    const reply = await askApproval({ target: OPEN, person: ANA, plan: plan() }, here.deps);
    expect(reply).toMatchObject({ view: 'refusal', next: 'Invite me there, then type the command again.' });
    expect(await here.store.approvals.open()).toEqual([]);
  });

  test('that nobody would read to its end is refused', async () => {
    const lines = Array.from({ length: 2_000 }, () => 'x'.repeat(100));
    const here = scene([OPEN]);
    const long = plan({ sections: [{ title: 'Builds', lines }] });
    expect(await askApproval({ target: OPEN, person: ANA, plan: long }, here.deps)).toMatchObject({
      view: 'refusal',
      reason: expect.stringContaining('longer than anybody would read'),
    });
  });
});

describe('the vote that completes it', () => {
  test('takes the lock, writes the run, and starts it: all or nothing', async () => {
    const here = await asked();
    const reply = await voteOn(RUN, ballot(), here.deps);
    expect(reply).toMatchObject({ view: 'voted', state: 'approved', count: 1 });
    expect(here.engine.started).toEqual([RUN]);
    expect(here.store.locked.get('prod')).toMatchObject({
      runId: RUN,
      requester: ANA,
      workflow: 'release',
      since: NOW,
    });
    expect(here.store.sent.get(`run/${RUN}`)).toMatchObject({ view: { kind: 'run' } });
    expect(here.store.sent.get(`approval/${RUN}`)).toMatchObject({
      final: true,
      view: { approval: { state: 'approved' } },
    });
    expect(here.store.sent.get(`approval/${RUN}/end/direct`)).toMatchObject({ channel: ANA.userId });
    expect(kinds(here)).toEqual([
      ['request', ANA.userId],
      ['vote', BEN.userId],
      ['start', undefined],
    ]);
    expect(await here.store.approvals.open()).toEqual([]);
  });

  test('is not recorded while another run holds the target', async () => {
    const here = await asked();
    await here.store.locks.acquire(ANOTHER_RUN);
    const reply = await voteOn(RUN, ballot(), here.deps);
    expect(reply).toMatchObject({
      view: 'busy',
      running: { lock: { runId: 'bk-2' } },
      voting: { expiresAt: NOW + 3_600_000 },
    });
    expect((await here.store.approvals.get(RUN))?.value).toMatchObject({ state: 'open', votes: [] });
    expect(here.engine.started).toEqual([]);
    expect(kinds(here).at(-1)).toEqual(['refusal', BEN.userId]);
    await here.store.locks.release('bk-2');
    expect(await voteOn(RUN, ballot(), here.deps)).toMatchObject({ state: 'approved' });
  });

  test('counts although the engine does not answer; the bot starts the run by itself later', async () => {
    const here = await asked();
    here.engine.broken = new Error('down');
    expect(await voteOn(RUN, ballot(), here.deps)).toMatchObject({ state: 'approved', isDelayed: true });
    expect(here.store.locked.get('prod')).not.toHaveProperty('engineId');
  });

  test('is not the first of two; that one is counted while the target is busy, too', async () => {
    const here = await asked({}, target('prod', { ...OPEN, approvalsRequired: 2 }));
    await here.store.locks.acquire(ANOTHER_RUN);
    expect(await voteOn(RUN, ballot(), here.deps)).toMatchObject({ view: 'voted', state: 'open', count: 1 });
    expect(await voteOn(RUN, ballot(CLEO), here.deps)).toMatchObject({ view: 'busy' });
  });
});

test('a vote that another process overtook is counted anew', async () => {
  const here = await asked();
  const { approvals } = here.store;
  const { replace } = approvals;
  let tries = 0;
  approvals.replace = async (...given) => {
    tries += 1;
    return tries === 1 ? false : replace(...given);
  };
  expect(await voteOn(RUN, ballot(), here.deps)).toMatchObject({ view: 'voted', state: 'approved' });
  expect(tries).toBe(2);
  expect(here.engine.started).toEqual([RUN]);
});

test('Slack is not asked about a click that could not count anyway', async () => {
  const here = await asked();
  here.members = new Error('Slack was asked');
  expect(await voteOn(RUN, ballot(ANA), here.deps)).toMatchObject({
    reason: expect.stringMatching(/^This is your own request/),
  });
  await expect(voteOn(RUN, ballot(BEN), here.deps)).rejects.toThrow('Slack was asked');
});

describe('a vote that does not count', () => {
  test.each<[string, Parameters<typeof ballot>, string]>([
    ['of who asked', [ANA], 'This is your own request'],
    ['of a stranger', [{ userId: 'UEVE', teamId: 'T1' }], 'You are not an approver of prod'],
    ['of another plan', [BEN, { digest: 'other' }], 'what would be done is not what you see'],
    ['without the name', [BEN, { typed: 'lab' }], 'What you typed is not “prod”'],
  ])('%s is told why, and changes nothing but the history', async (_what, given, reason) => {
    const planned = plan({ mustType: 'prod' });
    const here = await asked({ plan: planned });
    const digest = planDigest(planned, here.deps.digest);
    const [person, more] = given;
    const reply = await voteOn(RUN, ballot(person, { digest, ...more }), here.deps);
    expect(reply).toMatchObject({ view: 'refusal', reason: expect.stringContaining(reason) });
    expect((await here.store.approvals.get(RUN))?.value).toMatchObject({ state: 'open', votes: [] });
    expect(kinds(here).at(-1)?.[0]).toBe('refusal');
  });

  test('after the end says how it ended', async () => {
    const here = await asked();
    await here.clock.advance(3_600_000);
    const late = await voteOn(RUN, ballot(), here.deps);
    expect(late).toMatchObject({
      reason: expect.stringMatching(/^This request expired 0 s ago/),
      people: [ANA.userId],
    });

    const withdrawn = await asked();
    await withdrawRequest(RUN, ANA, withdrawn.deps);
    expect(await voteOn(RUN, ballot(), withdrawn.deps)).toMatchObject({
      reason: expect.stringMatching(/^This request was withdrawn/),
    });
    expect(await withdrawRequest(RUN, ANA, withdrawn.deps)).toMatchObject({
      reason: expect.stringContaining('was withdrawn already'),
    });

    const denied = await asked();
    await voteOn(RUN, { ...ballot(), vote: 'deny', reason: 'not now' }, denied.deps);
    expect(await voteOn(RUN, ballot(CLEO), denied.deps)).toMatchObject({ people: [BEN.userId] });
  });

  test('of a request nobody knows', async () => {
    expect(await voteOn('rl-none', ballot(), scene().deps)).toMatchObject({
      view: 'refusal',
      reason: expect.stringContaining('not in the bot’s database'),
    });
  });

  test('of who was taken out of the configuration since', async () => {
    const here = await asked();
    const deps = { ...here.deps, targets: [target('prod', { approvers: [CLEO.userId] })] };
    expect(await voteOn(RUN, ballot(), deps)).toMatchObject({
      reason: expect.stringMatching(/^You are not an approver/),
      people: [CLEO.userId],
    });
  });
});

test('cancel takes back what still waits, for who asked', async () => {
  const here = scene([{ ...PROD, approvers: [CLEO.userId] }]);
  await askApproval({ target: { ...PROD, approvers: [CLEO.userId] }, person: ANA, plan: plan() }, here.deps);
  expect((await here.say(BEN, `cancel ${RUN}`)).reply).toMatchObject({
    view: 'refusal',
    reason: expect.stringContaining('Only whoever asked'),
  });
  expect((await here.say(ANA, `cancel ${RUN}`)).reply).toMatchObject({ view: 'withdrawn', runId: RUN });
  expect((await here.say(ANA, 'status')).reply).toMatchObject({ targets: [{ waiting: [] }] });
});

test('status shows what waits, until its time is over', async () => {
  const here = await asked();
  expect((await here.say(CLEO, 'status')).reply).toMatchObject({
    targets: [
      { waiting: [{ runId: RUN, requester: ANA, count: 0, required: 1, expiresAt: NOW + 3_600_000 }] },
    ],
  });
  await here.clock.advance(3_600_000);
  expect((await here.say(CLEO, 'status')).reply).toMatchObject({ targets: [{ waiting: [] }] });
});
