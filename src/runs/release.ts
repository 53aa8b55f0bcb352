import { z } from 'zod';
import { APPROVAL_STAGE } from '../core/run/approval-stage.ts';
import { asked } from './schemas.ts';

/** Which held backup goes back to retention. */
export const releaseInput = z.object({
  ...asked,
  /** What the plan says of the backup, which is compared before its hold is taken off. */
  backup: z.object({
    backupId: z.string(),
    imageId: z.string(),
    mode: z.enum(['live', 'quiesced', 'reboot']),
    outcome: z.enum(['complete', 'partial', 'failed', 'canceled']).optional(),
    note: z.string().optional(),
    isProtected: z.boolean(),
    /** The tag that is removed; missing where EC2's protection alone holds it. */
    tag: z.string().optional(),
    heldBy: z.string().optional(),
  }),
  /** Why, as it was typed; empty where nobody said it. */
  why: z.string(),
});

export type ReleaseInput = z.infer<typeof releaseInput>;

export const RELEASE = 'release';

/** Its stages in their order, as its message shows them. */
export const RELEASE_STAGES = [
  APPROVAL_STAGE,
  { key: 'release', title: 'Take the hold off' },
  { key: 'check', title: 'Read it back from EC2' },
] as const;

/** What to type for another plan of it, without the slash command. */
export function againOf({ backup }: Pick<ReleaseInput, 'backup'>): string {
  return `release ${backup.backupId}`;
}
