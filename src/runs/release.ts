import { z } from 'zod';
import { APPROVAL_STAGE } from '../core/run/approval-stage.ts';

/** Which held backup goes back to retention. */
export const releaseInput = z.object({
  runId: z.string(),
  target: z.string(),
  region: z.string(),
  channel: z.string(),
  backupId: z.string(),
  imageId: z.string(),
  requester: z.object({ userId: z.string(), teamId: z.string() }),
  /** ms since epoch. */
  requestedAt: z.number(),
});

export type ReleaseInput = z.infer<typeof releaseInput>;

export const RELEASE = 'release';

/** Its stages in their order, as its message shows them. */
export const RELEASE_STAGES = [
  APPROVAL_STAGE,
  { key: 'release', title: 'Take the hold off' },
  { key: 'check', title: 'Read it back from EC2' },
] as const;
