import type { Approval, Plan } from '../../../src/core/approval/approval.ts';

export const ASKER = { userId: 'UANA', teamId: 'T1' };
export const BEN = { userId: 'UBEN', teamId: 'T1' };
export const CLEO = { userId: 'UCLEO', teamId: 'T1' };

export const RUN = 'rl-20261123-0314-x4qz';

/** A small plan, with what is started after its approval. */
export function plan(more: Partial<Plan> = {}): Plan {
  return {
    action: 'release',
    target: 'prod',
    summary: 'Release bk-1 of prod to retention',
    sections: [{ title: 'What happens', lines: ['the tag is removed'] }],
    start: {
      workflow: 'release',
      input: { runId: RUN, backupId: 'bk-1' },
      view: {
        runId: RUN,
        kind: 'release',
        target: 'prod',
        region: 'eu-west-1',
        requester: ASKER,
        requestedAt: 1_000,
        stages: [],
      },
    },
    ...more,
  };
}

/** An open request of Ana's that one other person has to approve; from 1,000 to 5,000. */
export function approval(more: Partial<Approval> = {}): Approval {
  return {
    runId: RUN,
    plan: plan(),
    digest: 'digest',
    channel: 'C1',
    requester: ASKER,
    approvers: ['SAPPROVE'],
    required: 1,
    askedAt: 1_000,
    expiresAt: 5_000,
    state: 'open',
    votes: [],
    ...more,
  };
}
