import {
  cutToValue,
  fitting,
  fittingBeside,
  isOfAws,
  MOST_TAGS,
  VALUE_MAX,
} from '../catalogue/tag-limits.ts';
import { TAG } from '../catalogue/tags.ts';
import type { InstanceSelector } from '../model/target.ts';

/** The name in CircleCI's own install, for a machine of which none is known. */
const USUAL_NAME = 'circleci_services';

/**
 * How the tag by which a target finds its machine goes from the old machine to the new one. A machine that was only
 * launched must not be found by it: then there would be two. So `launched` leaves it out (a name stays readable), and at
 * cut-over, once the old machine is stopped, first `retire` is applied to that and then `takeOver` to the new one:
 * between the two nothing is found, which every run refuses, instead of the wrong machine.
 */
export interface TagChange {
  tag: Record<string, string>;
  /** Keys to take off, before the tags are put on: EC2 counts both. */
  untag: string[];
  /** What found no room, by key; its name alone tells then. */
  left?: string[];
}

export interface Replacement {
  runId: string;
  /** The id of the backup it is restored from. */
  backupId: string;
  /** How the target finds its machine. */
  selector: InstanceSelector;
  /** The old machine's tags, or what is known of them. */
  source: Record<string, string>;
  /** Of the target's settings (EXTRA_TAGS). */
  extraTags?: Record<string, string>;
}

/** What comes later: the tag by which the machine is found, and one day that it is fenced. */
const LATER_TAGS = 2;

/** Tags of a new machine until cut-over: the source's without AWS's and without ours, and from where it comes. */
export function launchTags(replacement: Replacement): Record<string, string> {
  const own = ownTags(replacement);
  return fitting({ ...own, ...keptTags(replacement) }, MOST_TAGS - LATER_TAGS).tags;
}

/** Tags of a new machine's volumes. */
export function launchVolumeTags(replacement: Replacement): Record<string, string> {
  return ownTags(replacement);
}

function ownTags({ runId, backupId, source, extraTags }: Replacement): Record<string, string> {
  return {
    ...extraTags,
    Name: named(source.Name ?? USUAL_NAME, `(restore ${runId})`),
    [TAG.run]: runId,
    [TAG.restoredFrom]: backupId,
  };
}

/** The old machine's own tags, which the new one gets as far as there is room. */
export function keptTags({ selector, source, extraTags = {} }: Replacement): Record<string, string> {
  return Object.fromEntries(
    Object.entries(source).filter(
      ([key]) =>
        !isOfAws(key) &&
        !key.startsWith('circleci-backup:') &&
        key !== 'Name' &&
        !Object.hasOwn(extraTags, key) &&
        !(selector.by === 'tag' && key === selector.key),
    ),
  );
}

/**
 * For the old machine, once it is stopped; `now` are its tags at that moment. Where it has no room for all of it, its name
 * alone tells.
 */
export function retire({ runId, selector, source }: Replacement, now = source): TagChange {
  const untag = selector.by === 'tag' && selector.key !== 'Name' ? [selector.key] : [];
  const has = Object.fromEntries(Object.entries(now).filter(([key]) => !untag.includes(key)));
  const change = {
    Name: named(source.Name ?? USUAL_NAME, `(fenced by ${runId})`),
    [TAG.fencedBy]: runId,
  };
  const { tags: tag, left } = fittingBeside(has, change);
  return { tag, untag, ...(left.length === 0 ? {} : { left }) };
}

/** For the new machine, after `retire`. */
export function takeOver({ selector, source }: Replacement): TagChange {
  return {
    tag: {
      Name: firstName(source.Name ?? USUAL_NAME),
      ...(selector.by === 'tag' ? { [selector.key]: selector.value } : {}),
    },
    untag: [],
  };
}

/** For the new machine when a cut-over is undone: it is not found any more. */
export function stepBack({ runId, selector, source }: Replacement): TagChange {
  return {
    tag: { Name: named(source.Name ?? USUAL_NAME, `(restore ${runId})`) },
    untag: selector.by === 'tag' && selector.key !== 'Name' ? [selector.key] : [],
  };
}

/** For the old machine when a cut-over is undone, after `stepBack`. */
export function reinstate({ selector, source }: Replacement): TagChange {
  const name = source.Name === undefined ? {} : { Name: source.Name };
  return {
    tag: { ...name, ...(selector.by === 'tag' ? { [selector.key]: selector.value } : {}) },
    untag: [TAG.fencedBy, ...(source.Name === undefined ? ['Name'] : [])],
  };
}

function named(name: string, what: string): string {
  return `${cutToValue(firstName(name), VALUE_MAX - what.length - 1)} ${what}`;
}

/** A machine that was restored before keeps its first name only. */
function firstName(name: string): string {
  return name.replace(/ \((?:restore|fenced by) [^()]*\)$/, '');
}
