import type { RetentionPreview, ShownChanges } from './result.ts';

/** What a plan says that retention by hand changes: images, and the backup that each of them is. */
export interface PlannedPrune {
  only: ShownChanges;
  /** Backup ids by image id. */
  backups: Record<string, string>;
}

const WORDS = { deleting: 'deleted', disabling: 'disabled', enabling: 'enabled again' } as const;
const KINDS = ['deleting', 'disabling', 'enabling'] as const;

export function plannedPrune({ deleting, disabling, enabling }: RetentionPreview): PlannedPrune {
  const ids = (list: readonly { imageId: string }[]) => list.map(({ imageId }) => imageId).sort();
  const all = [...deleting, ...disabling, ...enabling];
  return {
    only: { deleting: ids(deleting), disabling: ids(disabling), enabling: ids(enabling) },
    backups: Object.fromEntries(all.map(({ imageId, backupId }) => [imageId, backupId])),
  };
}

/**
 * What of a plan retention would not do any more, a clause each. What it would do besides is none of these: it was not
 * approved, and is left.
 */
export function pruneChanges({ only, backups }: PlannedPrune, now: RetentionPreview): string[] {
  return KINDS.flatMap((kind) =>
    only[kind].flatMap((imageId) => {
      const backupId = backups[imageId] ?? imageId;
      const same = now[kind].find((one) => one.imageId === imageId);
      if (same?.backupId === backupId) return [];
      if (same !== undefined) return [`${imageId} is ${same.backupId} now, and was ${backupId} in the plan`];
      return [`${backupId} (${imageId}) was to be ${WORDS[kind]} and ${insteadOf(imageId, now)}`];
    }),
  );
}

function insteadOf(imageId: string, now: RetentionPreview): string {
  const isIt = (one: { imageId: string }) => one.imageId === imageId;
  const other = KINDS.find((kind) => now[kind].some(isIt));
  if (other !== undefined) return `would be ${WORDS[other]} now`;
  const stays = now.kept.find(isIt) ?? now.leftAlone.find(isIt);
  return stays === undefined ? 'is gone' : `stays now: ${stays.reason}`;
}
