import fc from 'fast-check';
import type { Reply, WaitingRequest } from '../../../src/commands/base/reply.ts';
import type { PlanSection, ShownApproval, Vote } from '../../../src/core/approval/approval.ts';
import type { MessageView } from '../../../src/core/store/messages.ts';
import { name, nasty, runId, time } from './extremes.ts';

const person = fc.constantFrom(
  { userId: 'U0ANAMARIC', teamId: 'T0ACMERAIL' },
  { userId: 'U0BENOKORO', teamId: 'T0ACMERAIL' },
);
const people = fc.array(fc.constantFrom('U0ANAMARIC', 'U0BENOKORO', 'S0CIOPERATE'), {
  minLength: 1,
  maxLength: 60,
});
const place = fc.constant({ channel: 'C0CIBACKUPS', ts: '1756718040.000100' });

const section: fc.Arbitrary<PlanSection> = fc.record(
  {
    title: nasty,
    lines: fc.array(nasty, { maxLength: 60 }),
    tone: fc.constantFrom('danger' as const, 'unsure' as const),
  },
  { requiredKeys: ['title', 'lines'] },
);

const vote: fc.Arbitrary<Vote> = fc.record(
  { person, vote: fc.constantFrom('approve' as const, 'deny' as const), at: time, reason: nasty },
  { requiredKeys: ['person', 'vote', 'at'] },
);

/** A request in any state, with any texts, however long. */
const approval: fc.Arbitrary<ShownApproval> = fc.record(
  {
    runId,
    plan: fc.record({
      action: fc.constantFrom('restore' as const, 'release' as const),
      target: name,
      summary: nasty.map((text) => `Do: ${text}`),
      sections: fc.array(section, { maxLength: 30 }),
    }),
    digest: fc.constant('0'.repeat(64)),
    channel: fc.constant('C0CIBACKUPS'),
    requester: person,
    reason: nasty,
    approvers: people,
    required: fc.integer({ min: 1, max: 10 }),
    mustType: name,
    askedAt: time,
    expiresAt: time,
    state: fc.constantFrom(
      'open' as const,
      'approved' as const,
      'denied' as const,
      'expired' as const,
      'withdrawn' as const,
      'void' as const,
    ),
    votes: fc.array(vote, { maxLength: 10 }),
    endedAt: time,
    voidBecause: nasty,
  },
  {
    requiredKeys: [
      'runId',
      'plan',
      'digest',
      'channel',
      'requester',
      'approvers',
      'required',
      'askedAt',
      'expiresAt',
      'state',
      'votes',
    ],
  },
);

const insteadOf = fc.record({ channel: fc.constant('C0CIBACKUPS'), code: nasty });

export const request: fc.Arbitrary<Extract<MessageView, { kind: 'approval' }>> = fc.record(
  {
    kind: fc.constant('approval' as const),
    approval,
    run: place,
    cut: fc.boolean(),
    continued: fc.boolean(),
    insteadOf,
  },
  { requiredKeys: ['kind', 'approval', 'cut'] },
);

export const decision: fc.Arbitrary<Extract<MessageView, { kind: 'decision' }>> = fc.record(
  { kind: fc.constant('decision' as const), approval, insteadOf },
  { requiredKeys: ['kind', 'approval'] },
);

export const waiting: fc.Arbitrary<WaitingRequest> = fc.record(
  {
    runId,
    summary: nasty,
    requester: person,
    expiresAt: time,
    count: fc.nat(3),
    required: fc.nat(9),
    message: place,
  },
  { requiredKeys: ['runId', 'summary', 'requester', 'expiresAt', 'count', 'required'] },
);

type Shown = Extract<Reply, { view: 'asked' | 'voted' | 'withdrawn' }>;

export const approvalReply: fc.Arbitrary<Shown> = fc.oneof(
  fc.record(
    {
      view: fc.constant('asked' as const),
      runId,
      summary: nasty,
      channel: fc.constant('C0CIBACKUPS'),
      approvers: people,
      required: fc.nat(9),
      expiresAt: time,
      again: fc.boolean(),
      message: place,
    },
    {
      requiredKeys: ['view', 'runId', 'summary', 'channel', 'approvers', 'required', 'expiresAt', 'again'],
    },
  ),
  fc.record({
    view: fc.constant('voted' as const),
    runId,
    vote: fc.constantFrom('approve' as const, 'deny' as const),
    state: fc.constantFrom('open' as const, 'approved' as const, 'denied' as const),
    summary: nasty,
    target: name,
    channel: fc.constant('C0CIBACKUPS'),
    count: fc.nat(9),
    required: fc.nat(9),
    isDelayed: fc.boolean(),
  }),
  fc.record({ view: fc.constant('withdrawn' as const), runId, summary: nasty }),
);
