import { flagsOf } from '../../commands/backup/list-filter.ts';
import type { Reply } from '../../commands/base/reply.ts';
import { COMMAND } from '../../commands/base/verb.ts';
import type { CatalogueEntry } from '../../core/catalogue/entry.ts';
import { isComplete } from '../../core/catalogue/entry.ts';
import { doubtInWords } from '../../core/catalogue/ownership.ts';
import { bytesInWords, counted, durationInWords, utcDay, utcTime } from '../../core/text/words.ts';
import type { Cell, Piece } from '../text.ts';

export function list(reply: Extract<Reply, { view: 'list' }>): Piece[] {
  const { target, entries, regions, filter, page, pages, now, unproven, strays } = reply;
  const of = target === undefined ? 'with no configured target' : `of ${target.name}`;
  const again = `${COMMAND} list ${target?.name ?? '--no-target'}${flagsOf(filter)}`;
  return [
    ...(entries.length === 0
      ? [`There is no such backup ${of} in ${regions.join(', ')}.`]
      : [tableOf(reply)]),
    ...notesOf(entries),
    ...(page < pages ? [`Page ${page} of ${pages}. Next: ${again} --page ${page + 1}`] : []),
    ...unproven,
    ...(strays === 0
      ? []
      : [
          `${counted(strays, 'more backup')} of this region of targets that are not configured here: ${COMMAND} list --no-target`,
        ]),
    { tone: 'dim', text: `Read from EC2’s tags in ${regions.join(', ')} at ${utcTime(now)}.` },
  ];
}

function tableOf({ entries, now, target }: Extract<Reply, { view: 'list' }>): Piece {
  return {
    head: [
      'BACKUP',
      ...(target === undefined ? ['TARGET'] : []),
      'OUTCOME',
      'AGE',
      'MODE',
      'ADDED',
      'IN ALL',
      'IMAGE',
      'HELD',
      'CHECKED',
    ],
    rows: entries.map((entry) => [
      entry.backupId,
      ...(target === undefined ? [entry.target] : []),
      outcomeOf(entry),
      durationInWords(now - entry.createdAt),
      entry.mode,
      sizeOf(entry.addedBytes),
      sizeOf(entry.totalBytes),
      entry.imageId,
      entry.held ? 'yes' : '-',
      entry.verifiedAt === undefined ? 'never' : utcDay(entry.verifiedAt),
    ]),
  };
}

function outcomeOf(entry: CatalogueEntry): Cell {
  if (isComplete(entry)) return { tone: 'good', text: 'complete' };
  if (entry.doubts.length > 0) return { tone: 'warning', text: 'not proven' };
  if (entry.isCanceled === true) return 'canceled';
  if (entry.outcome === 'partial') return { tone: 'warning', text: 'partial' };
  if (entry.outcome === 'failed') return { tone: 'bad', text: 'failed' };
  if (entry.outcome === 'complete') return { tone: 'warning', text: `image ${entry.imageState}` };
  return 'not checked';
}

function sizeOf(bytes: number | undefined): string {
  return bytes === undefined ? '-' : bytesInWords(bytes);
}

/** What people and other programs have to say about a backup. */
function notesOf(entries: readonly CatalogueEntry[]): Piece[] {
  const items = entries.flatMap(({ backupId, note, heldBy, doubts }) =>
    [
      ...(note === undefined ? [] : [`note: ${note}`]),
      ...(heldBy === undefined ? [] : [`held by ${heldBy}`]),
      ...(doubts.length === 0 ? [] : [`left alone: ${doubts.map(doubtInWords).join('; ')}`]),
    ].map((text) => `${backupId}: ${text}`),
  );
  return items.length === 0 ? [] : [{ items }];
}
