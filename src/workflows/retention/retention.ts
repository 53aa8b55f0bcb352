import type { CatalogueEntry } from '../../core/catalogue/entry.ts';
import type { BegunDeletion } from '../../core/catalogue/proof.ts';
import { TAG } from '../../core/catalogue/tags.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Ec2 } from '../../core/ports/ec2.ts';
import type { CallOptions } from '../../core/ports/ec2-call.ts';
import { type Problem, ProblemError } from '../../core/problems/problem.ts';
import type { RetentionDecision } from '../../core/retention/plan.ts';
import {
  isToBeEnabled,
  leftAlone,
  orphaned,
  type RetentionReading,
  type RetentionTarget,
  reasoned,
} from '../../core/retention/reading.ts';
import type {
  FailedChange,
  ReasonedBackup,
  RetentionResult,
  ShownChanges,
} from '../../core/retention/result.ts';
import type { Store } from '../../core/store/store.ts';
import { forgetGone, type ProofStore, proofRecord } from '../../runs/own-backups.ts';
import { type RetentionOptions, readRetention } from '../../runs/retention-reading.ts';
import { createRemoval, type Removal } from './delete-backup.ts';

/**
 * Plans from what EC2 shows now and carries it out, image by image. Killed at any point and run again it ends in the same
 * state: each mark is set before the change that it stands for. It rejects with what kept it from planning; what went wrong
 * with one image is in `failed`, and the others go on unless EC2 itself is out of reach.
 */
export async function applyRetention(
  deps: {
    ec2: Ec2;
    clock: Clock;
    store: ProofStore & Pick<Store, 'forgets' | 'locks'>;
    /** Told of what is to go, before anything does: a process that dies on the way cannot tell of it any more. */
    planned?: (going: ReasonedBackup[]) => Promise<void>;
  },
  target: RetentionTarget,
  options: Omit<RetentionOptions, 'now' | 'record'> & {
    /** Only these may be changed: what was shown. The rest of the plan is left, and told. */
    only?: ShownChanges;
    /** Asked before each image; true leaves the rest. */
    isStopped?: () => boolean;
  },
): Promise<RetentionResult> {
  const { ec2, clock, store } = deps;
  const { region } = ec2;
  const record = await proofRecord({ name: target.name, region }, store);
  const reading = await readRetention(ec2, target, { ...options, record, now: clock.now() });
  const { decisions, beyond } = within(options.only, reading.decisions);
  const result: RetentionResult = {
    kept: decisions.filter(({ action }) => action === 'keep').map(reasoned),
    deleted: [],
    disabled: [],
    enabled: [],
    leftAlone: leftAlone(reading),
    finished: [],
    orphans: [],
    failed: [],
    ...(options.only === undefined ? {} : { beyond: beyond.map(reasoned) }),
  };
  const going = decisions.filter(({ action }) => action === 'delete' || action === 'disable').map(reasoned);
  if (going.length > 0) await deps.planned?.(going);
  const removal = createRemoval(deps, options.call);
  let outOfReach: Problem | undefined;

  async function attempt(
    what: FailedChange['what'],
    decision: RetentionDecision,
    work: () => Promise<void>,
  ): Promise<void> {
    const { backupId, imageId } = decision.entry;
    if (options.isStopped?.()) {
      result.notReached = [...(result.notReached ?? []), reasoned(decision)];
      return;
    }
    try {
      if (outOfReach === undefined) await work();
      else result.failed.push({ what, backupId, imageId, problem: outOfReach });
    } catch (error) {
      options.call.signal.throwIfAborted();
      if (!(error instanceof ProblemError)) throw error;
      const { problem } = error;
      result.failed.push({ what, backupId, imageId, problem });
      // The next image would only wait as long for the same answer.
      if (problem.code === 'credentials' || problem.code === 'ec2-unavailable') outOfReach = problem;
    }
  }

  // What is to be restorable again comes before anything goes.
  for (const decision of decisions.filter(isToBeEnabled)) {
    await attempt('enable', decision, async () => {
      await enable(ec2, decision.entry, options.call);
      result.enabled.push(reasoned(decision));
    });
  }
  for (const decision of decisions.filter((each) => each.action !== 'delete')) {
    const mark = staleMarks(decision, reading);
    if (mark !== undefined)
      await attempt('unmark', decision, () => ec2.untag(mark.ids, mark.keys, options.call));
  }
  for (const decision of decisions.filter(({ action }) => action === 'disable')) {
    await attempt('disable', decision, async () => {
      await disable(ec2, decision.entry, clock.now(), options.call);
      result.disabled.push(reasoned(decision));
    });
  }
  for (const decision of decisions.filter(({ action }) => action === 'delete')) {
    await attempt('delete', decision, async () => {
      const { backupId, imageId } = decision.entry;
      const ours = ofEntry(reading, decision.entry);
      const snapshotIds = ours.map(({ snapshotId }) => snapshotId);
      // What the image's snapshots were is known to nobody once it is gone.
      await noteDeletion(store, { imageId, backupId, target: target.name, region, snapshotIds }, true);
      const { files } = decision.entry;
      // Its files live as long as the image: the next stage that reaches the repository forgets them.
      if (files !== undefined)
        await store.forgets.insert(
          backupId,
          {
            backupId,
            imageId,
            target: target.name,
            region,
            snapshotId: files.snapshotId,
            repository: files.repository,
          },
          true,
        );
      const snapshots = await removal.remove(decision.entry, ours);
      if (snapshots.every(({ result: said }) => said === 'success'))
        await noteDeletion(store, { imageId, backupId, target: target.name, region, snapshotIds }, false);
      result.deleted.push({ ...reasoned(decision), snapshots });
    });
  }
  if (outOfReach === undefined && result.notReached === undefined && !reading.isBlocked) {
    const begun = record.deletions.filter(
      ({ imageId }) => options.only === undefined || options.only.deleting.includes(imageId),
    );
    await finishBroken(removal, reading, begun, result, options.call);
  }
  result.orphans = orphansAfter(reading, result);
  await forgetGone({ name: target.name, region }, reading.images, store);
  for (const deletion of record.deletions) {
    const decision = reading.decisions.find(({ entry }) => entry.imageId === deletion.imageId);
    const isLeft = result.orphans.some((one) => deletion.snapshotIds.includes(one.snapshotId));
    // Done, or taken back: what becomes of the image from now on is not the bot's doing.
    if (decision === undefined ? !isLeft : decision.action !== 'delete')
      await noteDeletion(store, deletion, false);
  }
  return result;
}

/** Parts a plan into what people have seen of it and what came since. */
function within(
  only: ShownChanges | undefined,
  decisions: readonly RetentionDecision[],
): { decisions: readonly RetentionDecision[]; beyond: RetentionDecision[] } {
  if (only === undefined) return { decisions, beyond: [] };
  const beyond = decisions.filter((decision) => {
    const { imageId } = decision.entry;
    if (decision.action === 'delete') return !only.deleting.includes(imageId);
    if (decision.action === 'disable') return !only.disabling.includes(imageId);
    return isToBeEnabled(decision) && !only.enabling.includes(imageId);
  });
  return { decisions: decisions.filter((decision) => !beyond.includes(decision)), beyond };
}

/** The mark first: an image that is disabled without it counts as disabled by somebody else, and stays for ever. */
async function disable(ec2: Ec2, entry: CatalogueEntry, at: number, call: CallOptions): Promise<void> {
  const { imageId } = entry;
  await ec2.tag([imageId], { [TAG.disabledAt]: new Date(at).toISOString() }, call);
  try {
    await ec2.setDisabled(imageId, true, call);
  } catch (error) {
    if (error instanceof ProblemError) await unmarkAvailable(ec2, imageId, call);
    throw error;
  }
}

/** What is seen not to be disabled keeps no time at which it was; where that cannot be seen, the next run looks. */
async function unmarkAvailable(ec2: Ec2, imageId: string, call: CallOptions): Promise<void> {
  const brief = { ...call, patienceMs: 0 };
  try {
    const images = await ec2.taggedImages(brief);
    const isAvailable = images.some((image) => image.imageId === imageId && image.state === 'available');
    if (isAvailable) await ec2.untag([imageId], [TAG.disabledAt], brief);
  } catch (error) {
    call.signal.throwIfAborted();
    if (!(error instanceof ProblemError)) throw error;
  }
}

async function enable(ec2: Ec2, entry: CatalogueEntry, call: CallOptions): Promise<void> {
  await ec2.setDisabled(entry.imageId, false, call);
  await ec2.untag([entry.imageId], [TAG.disabledAt], call);
}

/** Marks of an earlier run that was broken off, on what now stays: they would speak for changes that never came. */
function staleMarks(
  decision: RetentionDecision,
  reading: RetentionReading,
): { ids: string[]; keys: string[] } | undefined {
  const { entry, action } = decision;
  if (entry.doubts.length > 0) return undefined;
  const enabled =
    action !== 'disable' && entry.imageState === 'available' && entry.disabledAt !== undefined
      ? [entry.imageId]
      : [];
  const spared = ofEntry(reading, entry).flatMap((s) => (s.deleting === true ? [s.snapshotId] : []));
  const ids = [...enabled, ...spared];
  return ids.length === 0 ? undefined : { ids, keys: [TAG.disabledAt, TAG.deleting] };
}

/** Deletions that an earlier run began and wrote down before the image went. */
async function finishBroken(
  removal: Removal,
  { orphans }: RetentionReading,
  begun: readonly BegunDeletion[],
  result: RetentionResult,
  call: CallOptions,
): Promise<void> {
  for (const { snapshotId, doubt } of orphans) {
    if (doubt !== undefined || !begun.some(({ snapshotIds }) => snapshotIds.includes(snapshotId))) continue;
    try {
      result.finished.push(await removal.deleteLeft(snapshotId));
    } catch (error) {
      call.signal.throwIfAborted();
      if (!(error instanceof ProblemError)) throw error;
      // It stays in the list of orphans, and the next run tries again.
      return;
    }
  }
}

async function noteDeletion(
  { deletions }: Pick<Store, 'deletions'>,
  deletion: BegunDeletion,
  isOpen: boolean,
): Promise<void> {
  if (await deletions.insert(deletion.imageId, deletion, isOpen)) return;
  const kept = await deletions.get(deletion.imageId);
  if (kept !== undefined) await deletions.replace(deletion.imageId, kept.version, deletion, isOpen);
}

function ofEntry({ snapshots }: RetentionReading, { imageId }: CatalogueEntry) {
  return snapshots.get(imageId) ?? [];
}

function orphansAfter({ orphans, snapshots }: RetentionReading, result: RetentionResult) {
  const gone = new Set(
    [...result.finished, ...result.deleted.flatMap((each) => each.snapshots)]
      .filter((each) => each.result === 'success')
      .map((each) => each.snapshotId),
  );
  const left = result.deleted.flatMap(({ imageId }) => snapshots.get(imageId) ?? []);
  return [...orphans, ...left].filter(({ snapshotId }) => !gone.has(snapshotId)).map(orphaned);
}
