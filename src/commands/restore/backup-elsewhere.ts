import { type Target, targetNamed } from '../../core/model/target.ts';
import type { FoundBackup } from '../base/find-backup.ts';
import { COMMAND, type Needs } from '../base/verb.ts';

/** Why a backup that was found is not one to restore this target from, and what to type instead; undefined where it is. */
export function whyElsewhere(
  { entry, region }: FoundBackup,
  target: Target,
  { targets }: Needs<'targets'>,
): { reason: string; next: string } | undefined {
  const { backupId: id } = entry;
  const choose = `choose a backup of ${target.name}`;
  if (entry.target !== target.name) {
    const isKnown = targetNamed(targets, entry.target) !== undefined;
    const [here, there] = region === target.region ? ['', ''] : [` in ${target.region}`, ` in ${region}`];
    return {
      reason: `${id} is a backup of ${entry.target}${there}, not of ${target.name}${here}.`,
      next: isKnown
        ? `To restore ${entry.target} from it, type ${COMMAND} restore ${id}. Otherwise ${choose}.`
        : `C${choose.slice(1)}.`,
    };
  }
  if (region === target.region) return undefined;
  return {
    reason:
      `${id} of ${target.name} is not in ${target.region} (any more). In ${region} is a copy of its image, and the bot restores ` +
      `${target.name} from ${target.region} alone.`,
    next: `C${choose.slice(1)}. To use the copy without the bot, type ${COMMAND} restore ${id} --by-hand.`,
  };
}
