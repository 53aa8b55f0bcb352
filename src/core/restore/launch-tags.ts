import { TAG } from '../catalogue/tags.ts';
import type { InstanceSelector } from '../model/target.ts';
import { cut } from '../text/text.ts';

/** EC2's limits: tags of a resource, characters of a value. */
const MOST_TAGS = 50;
const VALUE_MAX = 256;

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
  /** Keys to take off. */
  untag: string[];
}

export interface Replacement {
  runId: string;
  /** The id of the backup it is restored from. */
  backupId: string;
  /** How the target finds its machine. */
  selector: InstanceSelector;
  /** The old machine's tags, or what is known of them. */
  source: Record<string, string>;
}

/** Tags of a new machine until cut-over: the source's without AWS's and without ours, and from where it comes. */
export function launchTags({ runId, backupId, selector, source }: Replacement): Record<string, string> {
  const kept = Object.entries(source).filter(
    ([key]) =>
      !key.toLowerCase().startsWith('aws:') &&
      !key.startsWith('circleci-backup:') &&
      key !== 'Name' &&
      !(selector.by === 'tag' && key === selector.key),
  );
  const own = {
    Name: named(source.Name ?? USUAL_NAME, `(restore ${runId})`),
    [TAG.run]: runId,
    [TAG.restoredFrom]: backupId,
  };
  return Object.fromEntries([...Object.entries(own), ...kept.slice(0, MOST_TAGS - Object.keys(own).length)]);
}

/** Tags of a new machine's volumes. */
export function launchVolumeTags({ runId, backupId, source }: Replacement): Record<string, string> {
  return {
    Name: named(source.Name ?? USUAL_NAME, `(restore ${runId})`),
    [TAG.run]: runId,
    [TAG.restoredFrom]: backupId,
  };
}

/** For the old machine, once it is stopped. */
export function retire({ runId, selector, source }: Replacement): TagChange {
  return {
    tag: { Name: named(source.Name ?? USUAL_NAME, `(fenced by ${runId})`), [TAG.fencedBy]: runId },
    untag: selector.by === 'tag' && selector.key !== 'Name' ? [selector.key] : [],
  };
}

/** For the new machine, after `retire`. */
export function takeOver({ selector, source }: Replacement): TagChange {
  return {
    tag: {
      Name: source.Name ?? USUAL_NAME,
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
  // A machine that was restored before keeps its first name only.
  const first = name.replace(/ \((?:restore|fenced by) [^()]*\)$/, '');
  return `${cut(first, VALUE_MAX - what.length - 1)} ${what}`;
}
