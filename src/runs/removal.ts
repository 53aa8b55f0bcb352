import { z } from 'zod';
import { person } from './schemas.ts';

/** The removal of what a restore launched. */
export const removalInput = z.object({
  runId: z.string(),
  target: z.string(),
  region: z.string(),
  channel: z.string(),
  requester: person,
  requestedAt: z.number(),
  /** The restore whose machine it is: nothing without its tag is touched. */
  ofRun: z.string(),
});

export type RemovalInput = z.infer<typeof removalInput>;

export const REMOVAL = 'removal';
