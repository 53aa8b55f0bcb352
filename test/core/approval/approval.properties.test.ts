import fc from 'fast-check';
import {
  type Approval,
  approvalsOf,
  castVote,
  expire,
  withdraw,
} from '../../../src/core/approval/approval.ts';
import { approval } from './plans.ts';

const person = fc
  .integer({ min: 0, max: 5 })
  .map((n) => ({ userId: `U${n}`, teamId: n === 5 ? 'T2' : 'T1' }));
const act = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom('approve' as const, 'deny' as const),
      person,
      digest: fc.constantFrom('digest', 'digest', 'digest', 'other'),
      account: fc.constantFrom('person' as const, 'person' as const, 'bot' as const, 'unknown' as const),
      isApprover: fc.constantFrom('yes' as const, 'yes' as const, 'no' as const, 'unknown' as const),
      now: fc.integer({ min: 1_000, max: 6_000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('withdraw' as const),
      person,
      now: fc.integer({ min: 1_000, max: 6_000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('expire' as const), now: fc.integer({ min: 1_000, max: 6_000 }) }),
  },
);

type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

function step(before: Approval, one: Act): Approval {
  if (one.do === 'expire') return expire(before, one.now) ?? before;
  if (one.do === 'withdraw') {
    const done = withdraw(before, one.person, one.now);
    return done.ok ? done.approval : before;
  }
  const { person: by, digest, account, isApprover, now } = one;
  const cast = castVote(before, { person: by, vote: one.do, digest }, { account, isApprover }, now);
  return cast.ok ? cast.approval : before;
}

test('whatever people do: approved only by enough confirmed others, each once, in time, of this plan', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), fc.integer({ min: 1, max: 3 }), (acts, required) => {
      let now = approval({ requester: { userId: 'U0', teamId: 'T1' }, required });
      let ended: Approval | undefined;
      const counted = new Map<string, Act>();
      for (const one of acts) {
        const next = step(now, one);
        // The end is the end.
        if (ended !== undefined) expect(next).toBe(ended);
        if (next.votes.length > now.votes.length && 'person' in one) counted.set(one.person.userId, one);
        now = next;
        if (now.state !== 'open') ended ??= now;
      }
      const approving = approvalsOf(now).map((vote) => vote.person.userId);
      expect(new Set(approving).size).toBe(approving.length);
      expect(approving).not.toContain('U0');
      expect(approving).not.toContain('U5');
      expect(now.state === 'approved').toBe(approving.length >= required && now.state !== 'denied');
      for (const one of counted.values()) {
        expect(one).toMatchObject({ digest: 'digest', account: 'person', isApprover: 'yes' });
        expect(one.now).toBeLessThan(now.expiresAt);
      }
    }),
    { numRuns: 2_000 },
  );
});
