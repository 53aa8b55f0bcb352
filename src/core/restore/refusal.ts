import type { CatalogueEntry } from '../catalogue/entry.ts';
import { doubtInWords, isOnlyUnproven } from '../catalogue/ownership.ts';

/** Why a backup cannot be restored by the bot, as a clause that begins with an id; undefined where it can. */
export function whyNotRestorable(entry: CatalogueEntry): string | undefined {
  const { backupId, imageId, imageState, outcome, doubts, disabledAt } = entry;
  if (doubts.length > 0 && !isOnlyUnproven(doubts))
    return `${imageId} is not beyond doubt a backup of the bot’s (${doubts.map(doubtInWords).join('; ')})`;
  if (imageState === 'pending') return `${backupId} is not finished: EC2 still works on its image`;
  if (imageState === 'disabled')
    return `${backupId} is disabled${disabledAt === undefined ? '' : ' by retention, and about to be deleted'}`;
  if (imageState !== 'available') return `${backupId} has an image that is ${imageState}`;
  if (outcome === undefined) return `${backupId} was never checked: nobody knows whether it is complete`;
  if (outcome !== 'complete') return `${backupId} is ${outcome}: something of the machine is not in it`;
  return undefined;
}
