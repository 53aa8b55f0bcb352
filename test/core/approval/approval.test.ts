import {
  type Approval,
  type ApprovalState,
  annul,
  type Ballot,
  canBeApproved,
  castVote,
  expire,
  isReminderDue,
  planDigest,
  type VoteRefusal,
  type VoterFacts,
  withdraw,
} from '../../../src/core/approval/approval.ts';
import { ASKER, approval, BEN, CLEO, plan } from './plans.ts';

const yes: VoterFacts = { account: 'person', isApprover: 'yes' };
const approve = (more: Partial<Ballot> = {}): Ballot => ({
  person: BEN,
  vote: 'approve',
  digest: 'digest',
  ...more,
});

function refusal(
  one: Partial<Approval>,
  ballot: Partial<Ballot> = {},
  voter: Partial<VoterFacts> = {},
  now = 2_000,
): VoteRefusal | undefined {
  const cast = castVote(approval(one), approve(ballot), { ...yes, ...voter }, now);
  return cast.ok ? undefined : cast.code;
}

describe('a vote', () => {
  const voted = { person: BEN, vote: 'approve', at: 1_500 } as const;

  test.each<[string, VoteRefusal | undefined, Parameters<typeof refusal>]>([
    ['of an approver', undefined, [{}]],
    ['of who asked', 'own-request', [{}, { person: ASKER }]],
    ['of who asked, to deny', 'own-request', [{}, { person: ASKER, vote: 'deny' }]],
    ['of another workspace', 'bot-or-guest', [{}, { person: { ...BEN, teamId: 'T2' } }]],
    ['of a bot', 'bot-or-guest', [{}, {}, { account: 'bot' }]],
    ['of a guest', 'bot-or-guest', [{}, {}, { account: 'guest' }]],
    ['of a deactivated account', 'bot-or-guest', [{}, {}, { account: 'gone' }]],
    ['of nobody in the group', 'not-an-approver', [{}, {}, { isApprover: 'no' }]],
    ['of whom Slack cannot confirm', 'cannot-confirm', [{}, {}, { isApprover: 'unknown' }]],
    ['of an account Slack cannot show', 'cannot-confirm', [{}, {}, { account: 'unknown' }]],
    ['a second one', 'voted-already', [{ required: 2, votes: [voted] }]],
    ['a second one, to deny', 'voted-already', [{ required: 2, votes: [voted] }, { vote: 'deny' }]],
    ['at the last moment', undefined, [{}, {}, {}, 4_999]],
    ['at its end', 'expired', [{}, {}, {}, 5_000]],
    ['of a plan that was not this one', 'plan-changed', [{}, { digest: 'other' }]],
    ['without what has to be typed', 'typed-wrong', [{ mustType: 'prod' }]],
    ['with something else typed', 'typed-wrong', [{ mustType: 'prod' }, { typed: 'Prod' }]],
    ['with what has to be typed', undefined, [{ mustType: 'prod' }, { typed: ' prod ' }]],
    ['to deny, with nothing typed', undefined, [{ mustType: 'prod' }, { vote: 'deny' }]],
    ['on a void one', 'plan-changed', [{ state: 'void' }]],
    ['on an expired one', 'expired', [{ state: 'expired' }]],
    ['on a denied one', 'decided', [{ state: 'denied' }]],
    ['on a withdrawn one', 'decided', [{ state: 'withdrawn' }]],
    ['on an approved one', 'decided', [{ state: 'approved' }]],
  ])('%s: %s', (_what, expected, given) => {
    expect(refusal(...given)).toBe(expected);
  });

  test('approves once there are enough, and denies at once', () => {
    const first = castVote(approval({ required: 2 }), approve(), yes, 2_000);
    if (!first.ok) throw new Error(first.code);
    expect(first.approval).toMatchObject({ state: 'open', votes: [{ person: BEN, at: 2_000 }] });
    const second = castVote(first.approval, approve({ person: CLEO }), yes, 3_000);
    expect(second).toMatchObject({ ok: true, approval: { state: 'approved', endedAt: 3_000 } });
    const denied = castVote(
      first.approval,
      approve({ person: CLEO, vote: 'deny', reason: 'no' }),
      yes,
      3_000,
    );
    expect(denied).toMatchObject({ approval: { state: 'denied', votes: [{}, { reason: 'no' }] } });
  });

  test('counts by the stricter of what was asked for and what is configured by now', () => {
    const more = castVote(approval(), approve(), { ...yes, required: 2 }, 2_000);
    expect(more).toMatchObject({ approval: { state: 'open', required: 2 } });
    const fewer = castVote(approval({ required: 2 }), approve(), { ...yes, required: 1 }, 2_000);
    expect(fewer).toMatchObject({ approval: { state: 'open', required: 2 } });
  });

  // What a damaged row, a NaN that JSON kept as null, or a slip of the code would put there.
  test.each([Number.NaN, 0, -1, 1.5, Number.POSITIVE_INFINITY, null, undefined, '1', [1], true])(
    'a count of %p opens nothing, wherever it stands; the request can still be denied',
    (count) => {
      const required = count as number;
      const open = { ...approval(), required };
      expect(castVote(open, approve(), yes, 2_000)).toEqual({ ok: false, code: 'count-unreadable' });
      expect(castVote(open, approve(), { ...yes, required: 1 }, 2_000)).toMatchObject({ ok: false });
      if (count !== undefined && count !== null)
        expect(castVote(approval(), approve(), { ...yes, required }, 2_000)).toMatchObject({ ok: false });
      expect(castVote(open, approve({ vote: 'deny' }), yes, 2_000)).toMatchObject({
        approval: { state: 'denied' },
      });
      expect(canBeApproved(['S1', 'U2', 'U3'], required, 'U1')).toBe(false);
    },
  );

  test.each([Number.NaN, undefined, 'soon'])('a request that expires at %p has expired', (at) => {
    expect(refusal({ expiresAt: at as number })).toBe('expired');
  });

  test('a person whose vote stands in the row twice counts once', () => {
    const twice = approval({ required: 3, votes: [voted, { ...voted, at: 1_600 }] });
    const cast = castVote(twice, approve({ person: CLEO }), yes, 2_000);
    expect(cast).toMatchObject({ ok: true, approval: { state: 'open' } });
  });
});

describe('the other ends', () => {
  test('it is withdrawn by who asked, while it is open', () => {
    expect(withdraw(approval(), ASKER, 2_000)).toMatchObject({
      approval: { state: 'withdrawn', endedAt: 2_000 },
    });
    expect(withdraw(approval(), BEN, 2_000)).toEqual({ ok: false, code: 'not-the-requester' });
    expect(withdraw(approval(), { ...ASKER, teamId: 'T2' }, 2_000)).toEqual({
      ok: false,
      code: 'not-the-requester',
    });
    expect(withdraw(approval(), ASKER, 5_000)).toEqual({ ok: false, code: 'expired' });
    expect(withdraw(approval({ state: 'denied' }), ASKER, 2_000)).toEqual({ ok: false, code: 'decided' });
  });

  test('it expires at its time, and only where it is open', () => {
    expect(expire(approval(), 4_999)).toBeUndefined();
    expect(expire(approval(), 5_000)).toMatchObject({ state: 'expired', endedAt: 5_000 });
    expect(expire(approval({ state: 'approved' }), 9_000)).toBeUndefined();
  });

  test.each<[ApprovalState, boolean]>([
    ['open', true],
    ['approved', true],
    ['denied', false],
    ['expired', false],
    ['withdrawn', false],
    ['void', false],
  ])('%s can become void: %s', (state, can) => {
    expect(annul(approval({ state }), 'because', 2_000)?.state).toBe(can ? 'void' : undefined);
  });

  test('people are reminded once, at half time', () => {
    expect(isReminderDue(approval(), 2_999)).toBe(false);
    expect(isReminderDue(approval(), 3_000)).toBe(true);
    expect(isReminderDue(approval({ remindedAt: 3_000 }), 4_000)).toBe(false);
    expect(isReminderDue(approval(), 5_000)).toBe(false);
    expect(isReminderDue(approval({ state: 'denied' }), 4_000)).toBe(false);
  });
});

describe('the digest', () => {
  const text = (one: Parameters<typeof planDigest>[0]) => planDigest(one, (canonical) => canonical);

  test('is of everything in the plan, in whatever order it stands there', () => {
    const one = plan();
    const { start, ...shown } = one;
    expect(text({ start, ...shown })).toBe(text(one));
    expect(text({ ...one, summary: 'else' })).not.toBe(text(one));
    expect(text({ ...one, start: { ...start, input: { runId: 'rl-2' } } })).not.toBe(text(one));
    expect(text({ ...one, sections: [] })).not.toBe(text(one));
  });
});

test.each<[string[], number, string, boolean]>([
  [['S1'], 3, 'U1', true],
  [['U1'], 1, 'U1', false],
  [['U1'], 1, 'U2', true],
  [['U1', 'U2'], 1, 'U1', true],
  [['U1', 'U2'], 2, 'U1', false],
  [['U2', 'U2'], 2, 'U1', false],
  [[], 1, 'U1', false],
])('%j can give %d approvals to %s: %s', (approvers, required, requester, can) => {
  expect(canBeApproved(approvers, required, requester)).toBe(can);
});
