import { changed } from '../approval/planned-machine.ts';
import { type CatalogueEntry, endingOf } from '../catalogue/entry.ts';
import { doubtInWords } from '../catalogue/ownership.ts';
import { TAG } from '../catalogue/tags.ts';
import type { BackupEnding, BackupMode } from '../model/backup.ts';

/** What the plan of a release says of its backup. */
export interface PlannedRelease {
  backupId: string;
  imageId: string;
  mode: BackupMode;
  outcome?: BackupEnding | undefined;
  note?: string | undefined;
  isProtected: boolean;
  tag?: string | undefined;
  heldBy?: string | undefined;
}

export function plannedRelease(entry: CatalogueEntry): PlannedRelease {
  const { backupId, imageId, mode, note, isProtected, held, heldBy } = entry;
  const outcome = endingOf(entry);
  return {
    backupId,
    imageId,
    mode,
    ...(outcome === undefined ? {} : { outcome }),
    ...(note === undefined ? {} : { note }),
    isProtected: isProtected === true,
    ...(held ? { tag: TAG.held } : {}),
    ...(heldBy === undefined ? {} : { heldBy }),
  };
}

/**
 * In which points a backup is not what the plan of its release says, a clause each. Somebody else may hold it by now.
 * `hasBegun`: this run may have taken its hold off already, in part or whole, which is no change.
 */
export function releaseChanges(
  planned: PlannedRelease,
  entry: CatalogueEntry | undefined,
  { hasBegun } = { hasBegun: false },
): string[] {
  const { backupId, imageId } = planned;
  if (entry === undefined || entry.backupId !== backupId) return [`${backupId} (${imageId}) is gone`];
  if (entry.doubts.length > 0)
    return [`${imageId} is not beyond doubt ours: ${entry.doubts.map(doubtInWords).join('; ')}`];
  const now = plannedRelease(entry);
  return [
    ...(hasBegun && !entry.held ? [] : changed(`what ${backupId} is held for`, planned.heldBy, now.heldBy)),
    ...(hasBegun ? [] : changed(`the hold of ${backupId}`, inWords(planned), inWords(now))),
    ...changed(`the outcome of ${backupId}`, planned.outcome, now.outcome),
    ...changed(`the mode of ${backupId}`, planned.mode, now.mode),
    ...changed(`the note of ${backupId}`, planned.note, now.note),
  ];
}

function inWords({ tag, isProtected }: PlannedRelease): string {
  if (tag === undefined) return isProtected ? 'EC2’s protection' : 'gone';
  return isProtected ? 'a tag and EC2’s protection' : 'a tag';
}
