import { z } from 'zod';
import { APPROVAL_STAGE } from '../core/run/approval-stage.ts';

const instance = z.union([
  z.object({ by: z.literal('id'), id: z.string() }),
  z.object({ by: z.literal('tag'), key: z.string(), value: z.string() }),
]);

const build = z.object({
  vcs: z.enum(['gh', 'bb']),
  org: z.string(),
  project: z.string(),
  number: z.number(),
  url: z.string(),
});

/** Which builds are deleted on which target's machine; the approval is bound to this list. */
export const cleanupInput = z.object({
  runId: z.string(),
  target: z.string(),
  region: z.string(),
  /** How the machine is found. */
  instance,
  channel: z.string(),
  builds: z.array(build).min(1),
  requester: z.object({ userId: z.string(), teamId: z.string() }),
  /** ms since epoch. */
  requestedAt: z.number(),
});

export type CleanupInput = z.infer<typeof cleanupInput>;

export const CLEANUP = 'cleanup';

/** Its stages in their order, as its message shows them. */
export const CLEANUP_STAGES = [
  APPROVAL_STAGE,
  { key: 'connect', title: 'Log in to the Services machine' },
  { key: 'console', title: 'Open the dev-console' },
  {
    key: 'look',
    title: 'Ask CircleCI which builds still run',
    skip: 'A build of the list that has ended since the plan was made is then deleted with the others.',
    skipLabel: 'Delete without asking',
  },
  { key: 'delete', title: 'Delete the builds' },
] as const;
