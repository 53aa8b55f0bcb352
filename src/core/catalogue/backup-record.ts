import type { Outcome } from '../model/backup.ts';
import type { CatalogueEntry } from './entry.ts';
import { type Doubt, doubtInWords } from './ownership.ts';

/** What the bot wrote down of a backup that it made or holds. Where it says something no tag overrules it. */
export interface BackupRecord {
  backupId: string;
  imageId: string;
  target: string;
  region: string;
  /** A run of this database made the image: all that it tagged is known. */
  isMade?: true;
  schedule?: string;
  /** How it ended; missing until it has, and where only a hold is known. */
  outcome?: Outcome;
  isCanceled?: true;
  /** Who holds it and why, until it is released. */
  heldBy?: string;
}

/** Doubts that come from tags alone: of an image that a run of ours made, somebody has changed them. */
const OF_TAGS: ReadonlySet<Doubt['code']> = new Set([
  'tags-removed',
  'tags-missing',
  'name-differs',
  'source-differs',
]);

/**
 * A backup as the bot's own record has it. What its tags say otherwise is kept in words. Where they say that it is another
 * backup, or that one is complete whose run never came to its end here, the record counts and nothing deletes it: after the
 * loss of a part of the database the tags may be right.
 */
export function byRecord(entry: CatalogueEntry, record: BackupRecord | undefined): CatalogueEntry {
  if (record === undefined) return entry;
  const { schedule: ofTag, outcome: saidOutcome, isCanceled: saidCanceled, ...known } = entry;
  const changed = record.isMade === true ? entry.doubts.filter(({ code }) => OF_TAGS.has(code)) : [];
  const isEnded = record.outcome !== undefined;
  const outcome = record.isMade === true || isEnded ? record.outcome : saidOutcome;
  const isCanceled = isEnded ? record.isCanceled : saidCanceled;
  const schedule = record.isMade === true ? record.schedule : ofTag;
  const isDisputed = changed.length > 0 || (saidOutcome !== undefined && outcome === undefined);
  const retagged = [
    ...changed.map(doubtInWords),
    ...(saidOutcome === outcome ? [] : [`its tags say ${saidOutcome ?? 'nothing of how it ended'}`]),
    ...(ofTag === schedule ? [] : [`its tags say it is of ${ofTag ?? 'no schedule'}`]),
    ...(record.heldBy === undefined || entry.held ? [] : ['its tags say nothing of its hold']),
  ];
  return {
    ...known,
    doubts: entry.doubts.filter((doubt) => !changed.includes(doubt)),
    ...(schedule === undefined ? {} : { schedule }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(isCanceled === true ? { isCanceled } : {}),
    ...(record.heldBy === undefined ? {} : { held: true, heldBy: record.heldBy }),
    ...(retagged.length === 0 ? {} : { retagged }),
    ...(isDisputed ? { isDisputed } : {}),
  };
}
