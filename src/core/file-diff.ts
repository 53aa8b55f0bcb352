import type { LineChange } from './addresses.ts';
import { counted } from './words.ts';

/** What changes in a file, for people: as `diff` shows it, line by line, secrets masked. */
export function diffInWords(path: string, changes: readonly LineChange[]): string {
  if (changes.length === 0) return `${path}: nothing to change`;
  return [
    `${path}: ${counted(changes.length, 'line')} to change`,
    ...changes.flatMap(({ line, before, after, comment }) => [
      `${line} − ${before}${comment ? '   (a comment)' : ''}`,
      `${line} + ${after}`,
    ]),
  ].join('\n');
}
