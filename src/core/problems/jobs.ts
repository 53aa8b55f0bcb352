import { durationInWords } from '../text/words.ts';
import type { Explanations } from './explanation.ts';

/** What can go wrong with a program that the bot leaves at work on a machine. */
export type JobProblem =
  | { code: 'job-not-started'; during: string; exitCode?: number }
  | { code: 'job-no-room'; folder: string }
  | { code: 'job-unclear' }
  /** `times`: how often it was started. */
  | { code: 'job-died'; during: string; times: number }
  | { code: 'job-late'; during: string; afterMs: number; setting: string };

export const JOB_PROBLEMS: Explanations<JobProblem> = {
  'job-not-started': ({ during, exitCode }) => ({
    reason: `The step “${during}” could not be begun on the machine${exitCode === undefined ? '' : ` (exit code ${exitCode})`}.`,
    next: 'See that the machine has sh, setsid, flock and timeout, then try again: what was begun meanwhile is found.',
  }),
  'job-no-room': ({ folder }) => ({
    reason: `The folder ${folder} could not be made on the machine, so that nothing was begun.`,
    next: 'See whether /run is full there (“df /run”), then try again.',
  }),
  'job-unclear': () => ({
    reason: 'What the machine said of a program at work there is not in a form that the bot knows.',
    next: 'Look into /run/circleci-backup on the machine, then try again.',
  }),
  'job-died': ({ during, times }) => ({
    reason: `The step “${during}” was ended on the machine ${times === 1 ? '' : `${times} times `}before it was done, and nothing there says by what.`,
    next: 'See whether its memory ran out (“dmesg | grep -i oom”) or somebody restarted it, then try again.',
  }),
  'job-late': ({ during, afterMs, setting }) => ({
    reason: `The step “${during}” was not done after ${durationInWords(afterMs)} (${setting}), and was ended.`,
    next: `Set ${setting} to more, or find out what is slow there, then try again.`,
  }),
};
