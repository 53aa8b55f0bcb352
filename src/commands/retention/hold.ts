import type { CatalogueEntry } from '../../core/catalogue/entry.ts';
import { TAG } from '../../core/catalogue/tags.ts';
import type { Person } from '../../core/model/person.ts';
import { explain, ProblemError } from '../../core/problems/problem.ts';
import { cut } from '../../core/text/text.ts';
import { findsRoom } from '../../runs/finds-room.ts';
import { noteBackup } from '../../runs/own-backups.ts';
import { readingOptions } from '../base/call-options.ts';
import { type FoundBackup, leftAlone, namedBackup, targetOfBackup } from '../base/find-backup.ts';
import type { Reply } from '../base/reply.ts';
import { COMMAND, type Needs, type Verb } from '../base/verb.ts';

/** A tag's value has 256 UTF-16 units at most, and the holder's id stands before it. */
const WHY_MAX = 115;

export const hold: Verb = {
  name: 'hold',
  summary: 'keeps a backup from retention until it is released',
  usage: 'hold <backup> [why]',
  examples: ['hold bk-20261123-0314-x4qz before the upgrade to 2.19'],
  details:
    'EC2 itself then refuses to deregister the image (deregistration protection), and a tag says who holds it and why. ' +
    'It costs what its snapshots cost, until somebody releases it. A backup that retention has disabled is enabled again.',
  permission: 'operator',
  takesTarget: false,
  takesText: true,
  flags: {},
  changes: true,
  targetOf: ({ rest }, deps) => targetOfBackup(rest, deps),
  async run({ person, args }, deps): Promise<Reply> {
    const named = await namedBackup(args.rest, hold, deps);
    if ('refusal' in named) return named.refusal;
    const { found, more } = named;
    const reason = whyNot(found);
    if (reason !== undefined)
      return { view: 'refusal', reason: `${reason} Nothing was done.`, ...holderOf(found) };
    return holdBackup(person, found, cut(more, WHY_MAX), deps);
  },
};

function whyNot({ entry }: FoundBackup): string | undefined {
  const { backupId, imageState } = entry;
  if (entry.doubts.length > 0) return leftAlone(entry);
  if (imageState !== 'available' && imageState !== 'disabled') {
    return `The image of ${backupId} is ${imageState}; only one that is available can be held.`;
  }
  return isFullyHeld(entry) ? `${backupId} is held already.` : undefined;
}

/** Somebody may have taken the tag off it. */
function isFullyHeld({ held, isProtected, imageState, retagged }: CatalogueEntry): boolean {
  return held && isProtected === true && imageState !== 'disabled' && retagged === undefined;
}

/** Who holds it, as the list shows it. */
function holderOf({ entry }: FoundBackup): Pick<Extract<Reply, { view: 'refusal' }>, 'heldBy'> {
  return isFullyHeld(entry) && entry.heldBy !== undefined ? { heldBy: entry.heldBy } : {};
}

async function holdBackup(
  person: Person,
  { entry, region }: FoundBackup,
  why: string,
  deps: Needs<'clock' | 'ec2' | 'store'>,
): Promise<Reply> {
  const { backupId, imageId, target } = entry;
  const about = { verb: 'hold', target, runId: backupId, actor: person };
  const detail = why === '' ? {} : { why };
  await deps.store.audit.append({ ...about, at: deps.clock.now(), kind: 'request', detail });
  const ec2 = deps.ec2(region);
  const wasDisabled = entry.imageState === 'disabled';
  const by = why === '' ? person.userId : `${person.userId} ${why}`;
  let isTagged = true;
  let state = 'It is not certain that EC2 protects its image.';
  try {
    // The protection first: whatever happens then, EC2 keeps the image, and retention sees that it does.
    await ec2.setProtected(imageId, true, readingOptions());
    state = 'EC2 protects its image already, so retention keeps it; who holds it is not on its tags yet.';
    await noteBackup({ backupId, imageId, target, region }, deps.store, (kept) => ({ ...kept, heldBy: by }));
    // EC2’s protection and the bot’s own record hold it as well.
    isTagged = await findsRoom(ec2.tag([imageId], { [TAG.held]: by }, readingOptions()));
    state = 'It is held, but its image may still be disabled.';
    if (wasDisabled) {
      await ec2.setDisabled(imageId, false, readingOptions());
      if (entry.disabledAt !== undefined) await ec2.untag([imageId], [TAG.disabledAt], readingOptions());
    }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { reason, next } = explain(error.problem);
    await deps.store.audit.append({
      ...about,
      at: deps.clock.now(),
      kind: 'refusal',
      detail: { code: error.problem.code },
    });
    return {
      view: 'refusal',
      reason: `The hold of ${backupId} is not complete. ${reason} ${state}`,
      next,
      usage: `${COMMAND} hold ${backupId}`,
    };
  }
  return {
    view: 'held',
    backupId,
    target,
    imageId,
    wasDisabled,
    ...(why === '' ? {} : { why }),
    ...(isTagged ? {} : { isUntagged: true }),
  };
}
