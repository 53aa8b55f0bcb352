import { z } from 'zod';
import { APPROVAL_STAGE } from '../core/run/approval-stage.ts';
import { asked } from './schemas.ts';

const images = z.array(z.string());

/** Which backups may go: those of the plan that was approved. */
export const pruneInput = z.object({
  ...asked,
  /** Neither DELETE_GRACE nor KEEP_FAILED is waited for. */
  withoutGrace: z.boolean(),
  /** Image ids; the plan is made anew, and what it would change besides is left. */
  only: z.object({ deleting: images, disabling: images, enabling: images }),
  /** Of each of these images: the id of its backup. */
  backups: z.record(z.string(), z.string()),
});

export type PruneInput = z.infer<typeof pruneInput>;

export const PRUNE = 'prune';

/** Its stages in their order, as its message shows them. */
export const PRUNE_STAGES = [APPROVAL_STAGE, { key: 'prune', title: 'Plan anew and delete' }] as const;

/** What to type for another plan of it, without the slash command. */
export function againOf({ target, withoutGrace }: Pick<PruneInput, 'target' | 'withoutGrace'>): string {
  return `prune ${target}${withoutGrace ? ' --now' : ''}`;
}
