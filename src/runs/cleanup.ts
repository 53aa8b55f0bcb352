import { z } from 'zod';
import { APPROVAL_STAGE } from '../core/run/approval-stage.ts';
import { asked, instance, plannedMachine } from './schemas.ts';

const build = z.object({
  vcs: z.enum(['gh', 'bb']),
  org: z.string(),
  project: z.string(),
  number: z.number(),
  url: z.string(),
});

/** Which builds are deleted on which target's machine; the approval is bound to this list. */
export const cleanupInput = z.object({
  ...asked,
  /** How the machine is found, and which one that was when the plan was made. */
  instance,
  machine: plannedMachine,
  /** Where the builds are, and how the dev-console is opened. */
  url: z.string(),
  console: z.string(),
  builds: z.array(build).min(1),
  /** Why, as it was typed; empty where nobody said it. */
  reason: z.string(),
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
    skipNeedsSecond: true,
  },
  { key: 'delete', title: 'Delete the builds' },
] as const;

/** What to type for another plan of it, without the slash command. */
export function againOf({ target, builds }: Pick<CleanupInput, 'target' | 'builds'>): string {
  const [first] = builds;
  return `cleanup ${target} ${builds.length === 1 && first !== undefined ? first.url : 'and the addresses of the builds'}`;
}
