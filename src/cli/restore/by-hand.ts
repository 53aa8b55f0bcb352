import type { Reply } from '../../commands/base/reply.ts';
import type { CatalogueEntry } from '../../core/catalogue/entry.ts';
import { endingOf, isComplete } from '../../core/catalogue/entry.ts';
import { doubtInWords } from '../../core/catalogue/ownership.ts';
import { type StepByHand, stepsByHand } from '../../core/restore/by-hand.ts';
import { durationInWords, utcTime } from '../../core/text/words.ts';
import type { Piece } from '../text.ts';

export function restoreByHand({ entry, region, now }: Extract<Reply, { view: 'restore-by-hand' }>): Piece[] {
  return [
    {
      tone: 'strong',
      text:
        `How to restore ${entry.backupId} of ${entry.target} by hand. It is ${durationInWords(now - entry.createdAt)} old ` +
        `(${utcTime(entry.createdAt)}): everything since then is lost.`,
    },
    ...(isComplete(entry) ? [] : [{ tone: 'warning' as const, text: warning(entry) }]),
    ...stepsByHand(entry, region).flatMap((step, at) => ['', ...inPieces(step, at + 1)]),
    '',
    { tone: 'dim', text: 'Nothing was done.' },
  ];
}

function warning(entry: CatalogueEntry): string {
  return entry.doubts.length === 0
    ? `This backup is not complete (${endingOf(entry) ?? 'not checked'}). Prefer a complete one.`
    : `This is not proven to be a backup of ${entry.target}: ${entry.doubts.map(doubtInWords).join('; ')}. Compare the ids first.`;
}

/** What stands on a line of its own is copied as a whole; the rest stands within the sentence. */
function inPieces({ title, parts }: StepByHand, number: number): Piece[] {
  const alone = parts.findIndex((part) => typeof part === 'string' && part.endsWith('\n'));
  const inLine = alone < 0 ? parts : parts.slice(0, alone + 1);
  const text = inLine.map((part) => (typeof part === 'string' ? part : `“${part.code}”`)).join('');
  const copied = alone < 0 ? [] : parts.slice(alone + 1);
  return [
    `${number}. ${title}${text}`,
    ...copied.map((part) => ({ copy: typeof part === 'string' ? part : part.code })),
  ];
}
