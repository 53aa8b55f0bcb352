import { type CatalogueEntry, endingOf, isComplete, provenFirst } from '../catalogue/entry.ts';
import { isOnlyUnproven } from '../catalogue/ownership.ts';
import type { Target } from '../model/target.ts';
import { durationInWords, utcDay } from '../text/words.ts';
import type { RestoreWay } from './order.ts';

/** What the form of a restore shows and knows; kept in the form while it is open. */
export interface RestoreForm {
  /** Missing until somebody chose one of several. */
  target?: Target;
  targets: readonly Target[];
  way: RestoreWay;
  /** Whether there is anything to choose from. */
  hasBackups: boolean;
  /** The one that is chosen at first. */
  backup?: CatalogueEntry;
  /** What the machine had, where the backup says it. */
  type?: string;
  subnetId?: string;
  vpcId?: string;
  privateIp?: string;
  host?: string;
  /** What is to be said first, e.g. that the named backup does not exist. */
  trouble?: string;
  now: number;
}

/** The form for a target, with its newest complete backup or the one that was named. */
export function restoreForm(
  target: Target,
  targets: readonly Target[],
  entries: readonly CatalogueEntry[],
  named: string | undefined,
  now: number,
): RestoreForm {
  const own = provenFirst(entries.filter((entry) => entry.target === target.name));
  const found = named === undefined ? undefined : own.find(({ backupId }) => backupId === named);
  const backup = named === undefined ? own.find(isComplete) : found;
  const source = (backup ?? own[0])?.source;
  const host =
    source?.hostname ?? (target.circleciUrl === undefined ? undefined : new URL(target.circleciUrl).hostname);
  return {
    target,
    targets,
    way: target.ssh === undefined ? 'in-place' : 'replace',
    hasBackups: own.length > 0,
    now,
    ...(backup === undefined ? {} : { backup }),
    ...(source?.type === undefined ? {} : { type: source.type }),
    ...(source?.subnetId === undefined ? {} : { subnetId: source.subnetId }),
    ...(source?.vpcId === undefined ? {} : { vpcId: source.vpcId }),
    ...(source?.privateIp === undefined ? {} : { privateIp: source.privateIp }),
    ...(host === undefined ? {} : { host }),
    ...troubleOf(own, named, found),
  };
}

function troubleOf(
  own: readonly CatalogueEntry[],
  named: string | undefined,
  found: CatalogueEntry | undefined,
): { trouble?: string } {
  if (own.length === 0) return { trouble: 'There is no backup of this target.' };
  if (named !== undefined && found === undefined)
    return { trouble: `There is no backup ${named} of this target. Choose another one.` };
  if (named === undefined && !own.some(isComplete))
    return {
      trouble: own.some(({ doubts }) => isOnlyUnproven(doubts))
        ? 'No backup is proven to be a complete one of this target. The list has those that carry its name; the plan repeats what speaks against each.'
        : 'No backup of this target is complete.',
    };
  return {};
}

/** E.g. `bk-20261123-0314-x4qz, 3 h 5 min old` and `live, complete, never checked by a restore`. */
export function backupInWords(entry: CatalogueEntry, now: number): { title: string; about: string } {
  const { backupId, createdAt, mode, verifiedAt, held, imageState, doubts } = entry;
  const ending = endingOf(entry) ?? 'not checked';
  const state = imageState === 'available' ? ending : `${ending}, image ${imageState}`;
  const verified =
    verifiedAt === undefined ? 'never checked by a restore' : `checked by a restore ${utcDay(verifiedAt)}`;
  return {
    title: `${backupId}, ${durationInWords(now - createdAt)} old`,
    about: [
      ...(doubts.length > 0 ? ['NOT PROVEN to be its own'] : []),
      mode,
      state,
      verified,
      ...(held ? ['held'] : []),
    ].join(', '),
  };
}

/** Those in which every word of the text occurs, newest first. */
export function matchingBackups(
  entries: readonly CatalogueEntry[],
  target: string,
  text: string,
  now: number,
): CatalogueEntry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return provenFirst(entries.filter((entry) => entry.target === target)).filter((entry) => {
    const { title, about } = backupInWords(entry, now);
    const said = `${title} ${about} ${entry.note ?? ''} ${entry.schedule ?? ''}`.toLowerCase();
    return words.every((word) => said.includes(word));
  });
}
