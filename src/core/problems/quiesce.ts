import { durationInWords, listInWords } from '../text/words.ts';
import type { Explanations } from './explanation.ts';

/** What can stop a backup for which the application is stopped or the machine restarted. */
export type QuiesceProblem =
  | { code: 'app-not-running'; state?: string }
  | { code: 'builds-running'; jobs: string[]; afterMs: number }
  | { code: 'quiesce-late'; afterMs: number }
  | { code: 'reboot-checks-failed'; instanceId: string; checks: string; afterMs: number };

const JOBS_SHOWN = 5;

export const QUIESCE_PROBLEMS: Explanations<QuiesceProblem> = {
  'app-not-running': ({ state }) => ({
    reason: `The application is ${state ?? 'not known to Replicated'}, not started. Nothing was stopped, and nothing was made.`,
    next: 'Start it and wait until it is up, then type the command again. A backup of it as it stands: /circleci-backup now.',
  }),
  'builds-running': ({ jobs, afterMs }) => ({
    reason: `Nomad still ran ${jobsInWords(jobs)} ${durationInWords(afterMs)} after the application had stopped. No image was made.`,
    next: 'Wait for these builds or cancel them, then type the command again.',
  }),
  'quiesce-late': ({ afterMs }) => ({
    reason: `The application had been stopped for ${durationInWords(afterMs)} already, because the bot itself was away. No image was made.`,
    next: 'Type the command again at a time at which CircleCI may be down.',
  }),
  'reboot-checks-failed': ({ instanceId, checks, afterMs }) => ({
    reason: `EC2’s status checks of ${instanceId} have not passed within ${durationInWords(afterMs)} of its restart: ${checks}.`,
    next: 'Look at the machine in the EC2 console (“Get system log”), and start it there if it has stopped.',
  }),
};

function jobsInWords(jobs: readonly string[]): string {
  const more = jobs.length - JOBS_SHOWN;
  return listInWords([...jobs.slice(0, JOBS_SHOWN), ...(more > 0 ? [`${more} more`] : [])]);
}
