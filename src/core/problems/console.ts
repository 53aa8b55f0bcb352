import { NOT_SHOWN } from '../text/program-words.ts';
import { durationInWords } from '../text/words.ts';
import type { Explanations } from './explanation.ts';

/** What can go wrong with the dev-console; `last` and `answer`: what of its lines cannot be secret (`programWords`). */
export type ConsoleProblem =
  | { code: 'console-not-opened'; afterMs: number; last: string }
  | { code: 'console-ended'; during: string; last: string }
  | { code: 'console-silent'; during: string; afterMs: number; last: string }
  | { code: 'console-unclear'; url: string; answer: string }
  | { code: 'console-out-of-step'; url: string };

export const CONSOLE_PROBLEMS: Explanations<ConsoleProblem> = {
  'console-not-opened': ({ afterMs, last }) => ({
    reason: `The dev-console did not show its prompt “user=>” within ${durationInWords(afterMs)}.${printed(last)} Nothing was sent to it.`,
    next: 'See whether it opens by hand on the Services machine. If it only takes longer, raise DEV_CONSOLE_TIMEOUT; if another command opens it, set DEV_CONSOLE_COMMAND.',
  }),
  'console-ended': ({ during, last }) => ({
    reason: `The dev-console ended during “${during}”.${printed(last)}`,
    next: 'See whether it opens by hand on the Services machine, with the command in DEV_CONSOLE_COMMAND, then try again: it looks first at what was done already.',
  }),
  'console-silent': ({ during, afterMs, last }) => ({
    reason: `The dev-console gave no answer to “${during}” within ${durationInWords(afterMs)}.${printed(last)} Whether it was carried out is not known.`,
    next: 'Look at the Services machine’s load and at CircleCI’s log, then try again: it looks first at what was done already.',
  }),
  'console-unclear': ({ url, answer }) => ({
    reason: `The dev-console did not say clearly whether ${url} is there.${printed(answer)}`,
    next: 'Look at the build in CircleCI, then try again.',
  }),
  'console-out-of-step': ({ url }) => ({
    reason: `The dev-console said first that ${url} is gone and then that it is there: its answers no longer belong to what was asked. It was closed.`,
    next: 'Look at the build in CircleCI, then try again: a new console looks first at what was done already.',
  }),
};

function printed(line: string): string {
  if (line === NOT_SHOWN) return ' What it printed is not shown here, as it may be secret.';
  return line === '' ? '' : ` It printed: “${line}”.`;
}
