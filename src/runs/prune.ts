import { z } from 'zod';
import { APPROVAL_STAGE } from '../core/run/approval-stage.ts';

const images = z.array(z.string());

/** Which of the backups that a person has seen in the plan may go. */
export const pruneInput = z.object({
  runId: z.string(),
  target: z.string(),
  region: z.string(),
  channel: z.string(),
  requester: z.object({ userId: z.string(), teamId: z.string() }),
  /** ms since epoch. */
  requestedAt: z.number(),
  /** Neither DELETE_GRACE nor KEEP_FAILED is waited for; it is then an approved run. */
  withoutGrace: z.boolean(),
  /** Image ids; the plan is made anew, and what it would change besides is left. */
  only: z.object({ deleting: images, disabling: images, enabling: images }),
});

export type PruneInput = z.infer<typeof pruneInput>;

export const PRUNE = 'prune';

const STAGES = [{ key: 'prune', title: 'Plan anew and delete' }] as const;

/** Its stages in their order, as its message shows them. */
export function pruneStages({ withoutGrace }: Pick<PruneInput, 'withoutGrace'>) {
  return withoutGrace ? [APPROVAL_STAGE, ...STAGES] : STAGES;
}
