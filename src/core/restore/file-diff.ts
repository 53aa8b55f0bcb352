import { counted } from '../text/words.ts';
import type { LineChange } from './rewrite-addresses.ts';

/** What changes in a file, for people: a heading, and line by line what was and what will be: names and addresses alone. */
export function diffInWords(
  path: string,
  changes: readonly LineChange[],
): { text: string; verbatim?: string[] } {
  if (changes.length === 0) return { text: `${path}: nothing to change` };
  return {
    text: `${path}: ${counted(changes.length, 'line')} to change`,
    verbatim: changes.flatMap(({ line, before, after, comment }) => [
      `line ${line}${comment ? ', a comment' : ''}`,
      `- ${before}`,
      `+ ${after}`,
    ]),
  };
}
