import type { CatalogueEntry } from '../catalogue/entry.ts';
import { doubtInWords } from '../catalogue/ownership.ts';
import { parseEntry } from '../catalogue/parse-entry.ts';
import {
  judged,
  type OwnMachines,
  orphanDoubt,
  type ProofRecord,
  unprovenInWords,
} from '../catalogue/proof.ts';
import { TAG } from '../catalogue/tags.ts';
import type { ImageFacts } from '../model/image.ts';
import type { KeepPolicy } from '../model/keep-policy.ts';
import type { Target, TargetSchedule } from '../model/target.ts';
import type { TaggedSnapshot } from '../ports/ec2.ts';
import { planRetention, type RetentionDecision, type RetentionPlan } from './plan.ts';
import { reasonsInWords } from './reason.ts';
import type { LeftImage, OrphanedSnapshot, ReasonedBackup, RetentionPreview } from './result.ts';

/** What retention has to know of a target; plain data. */
export type RetentionTarget = Pick<
  Target,
  'name' | 'instance' | 'keep' | 'timezone' | 'maxAgeMs' | 'keepFailedMs' | 'deleteGraceMs' | 'deadlineMs'
> & { schedules: readonly Pick<TargetSchedule, 'name' | 'keep'>[] };

export interface RetentionState {
  /** ms since epoch. */
  now: number;
  /** Ids of runs that go on: they hold the target's lock. */
  running: ReadonlySet<string>;
  /** Runs by the image that they restore, however long they wait for people. */
  restoring: ReadonlyMap<string, string>;
  /** What the bot's database knows of the target. */
  record: ProofRecord;
}

/** EC2 as it is now, and what retention makes of it. */
export interface RetentionReading {
  /** Of this target alone, newest first. */
  decisions: RetentionDecision[];
  /** All that were read. */
  images: readonly ImageFacts[];
  /** Images with our run tag that cannot be read as a backup. */
  strangers: LeftImage[];
  /** By image id: the snapshots that its mapping names and that carry the same run and target as it does. */
  snapshots: Map<string, TaggedSnapshot[]>;
  /** Snapshots without an image, with why they are not proven to be left over from a deletion of ours. */
  orphans: (TaggedSnapshot & { doubt?: string })[];
  /** Nothing may be deleted now: the newest complete backup is missing or overdue. */
  isBlocked: boolean;
  /** Sentences on what carries the target's name or tag and is not proven to be its own. */
  unproven: string[];
}

/** A run is watched for BACKUP_DEADLINE and then ends by itself; twice as long, and nobody will end it any more. */
const ABANDONED_AFTER_DEADLINES = 2;

/** What was read of EC2 and of the bot's own record. */
export interface RetentionFound {
  /** Of this target alone. */
  snapshots: readonly TaggedSnapshot[];
  /** All that carry our run tag. */
  images: readonly ImageFacts[];
  /** What those can be read as, of all targets. */
  entries: readonly CatalogueEntry[];
  machines: OwnMachines;
}

/** Backups that the rules let go, by image id: only of these it has to be known whether a machine uses them. */
export function wouldGo(found: RetentionFound, target: RetentionTarget, options: RetentionState): string[] {
  const entries = judged(found.entries, target.name, found.machines, options.record.backups);
  return plan(entries, target, options, new Map())
    .decisions.filter(({ action }) => action === 'delete' || action === 'disable')
    .map(({ entry }) => entry.imageId);
}

/** What retention makes of it. `inUse`: a machine by the image it was launched from, or the run that restores it. */
export function retentionReading(
  { snapshots: ours, images, entries: all, machines }: RetentionFound,
  inUse: ReadonlyMap<string, string>,
  target: RetentionTarget,
  options: RetentionState,
): RetentionReading {
  const entries = judged(all, target.name, machines, options.record.backups);
  const byId = new Map(ours.map((snapshot) => [snapshot.snapshotId, snapshot]));
  const mapped = new Set(images.flatMap(({ mappings }) => mappings.map(({ snapshotId }) => snapshotId)));
  const shown = new Set(images.map(({ imageId }) => imageId));
  const isOrphan = ({ snapshotId, runId, madeFor }: TaggedSnapshot) =>
    !mapped.has(snapshotId) && !options.running.has(runId) && !shown.has(madeFor?.imageId ?? '');
  const { decisions, isBlocked } = plan(entries, target, options, inUse);
  return {
    images,
    decisions,
    isBlocked,
    unproven: unprovenInWords(target.name, entries, machines),
    strangers: images.flatMap((image) =>
      parseEntry(image) === undefined && mayBeOf(image, target.name) ? [stranger(image)] : [],
    ),
    snapshots: new Map(images.map((image) => [image.imageId, snapshotsOf(image, byId)])),
    orphans: ours.filter(isOrphan).map((snapshot) => {
      const doubt = orphanDoubt(snapshot, options.record.deletions);
      return doubt === undefined ? snapshot : { ...snapshot, doubt };
    }),
  };
}

/** The same in words. */
export function previewOf(reading: RetentionReading): RetentionPreview {
  const of = (wanted: (decision: RetentionDecision) => boolean) =>
    reading.decisions.filter(wanted).map(reasoned);
  return {
    deleting: of(({ action }) => action === 'delete'),
    disabling: of(({ action }) => action === 'disable'),
    enabling: of(isToBeEnabled),
    kept: of(({ action }) => action === 'keep'),
    leftAlone: leftAlone(reading),
    orphans: reading.orphans.map(orphaned),
    unproven: reading.unproven,
  };
}

/** It was the bot that disabled it, and now the rules or a person keep it. */
export function isToBeEnabled({ entry, action, reasons }: RetentionDecision): boolean {
  if (action !== 'keep' || entry.imageState !== 'disabled' || entry.disabledAt === undefined) return false;
  return reasons.some(({ code }) => code === 'disabled-but-kept' || code === 'held');
}

export function reasoned({ entry, reasons }: RetentionDecision): ReasonedBackup {
  const { backupId, imageId, createdAt } = entry;
  return { backupId, imageId, createdAt, reason: reasonsInWords(reasons) };
}

export function leftAlone({ decisions, strangers }: RetentionReading): LeftImage[] {
  const left = decisions.filter(({ action }) => action === 'leave').map(reasoned);
  return [...left.map(({ backupId, imageId, reason }) => ({ backupId, imageId, reason })), ...strangers];
}

export function orphaned({
  snapshotId,
  runId,
  volumeBytes,
  doubt,
}: TaggedSnapshot & { doubt?: string }): OrphanedSnapshot {
  return { snapshotId, runId, volumeBytes, ...(doubt === undefined ? {} : { doubt }) };
}

function plan(
  entries: readonly CatalogueEntry[],
  target: RetentionTarget,
  { now, running }: RetentionState,
  inUse: ReadonlyMap<string, string>,
): RetentionPlan {
  return planRetention({
    entries,
    target: target.name,
    policyOf: (schedule) => policyOf(target, schedule),
    now,
    timezone: target.timezone,
    maxAgeMs: target.maxAgeMs,
    failedGraceMs: target.keepFailedMs,
    abandonedAfterMs: ABANDONED_AFTER_DEADLINES * target.deadlineMs,
    softGraceMs: target.deleteGraceMs,
    inUse,
    running,
  });
}

/** A schedule that is no longer configured has no policy: its backups stay. */
function policyOf(target: RetentionTarget, schedule: string | undefined): KeepPolicy | undefined {
  if (schedule === undefined) return target.keep;
  return target.schedules.find(({ name }) => name === schedule)?.keep;
}

/** Whose an unreadable image is meant to be is not sure: one that names no target is shown with each. */
function mayBeOf(image: ImageFacts, target: string): boolean {
  const named = image.tags[TAG.target] ?? '';
  return named === '' || named === target;
}

/** Tags can be copied with a snapshot, a place in the mapping cannot: both have to say that it is the image's own. */
function snapshotsOf(image: ImageFacts, ours: ReadonlyMap<string, TaggedSnapshot>): TaggedSnapshot[] {
  return image.mappings.flatMap(({ snapshotId = '' }) => {
    const snapshot = ours.get(snapshotId);
    return snapshot !== undefined && snapshot.runId === image.tags[TAG.run] ? [snapshot] : [];
  });
}

function stranger(image: ImageFacts): LeftImage {
  const missing = [TAG.run, TAG.target, TAG.sourceInstance].filter((key) => !image.tags[key]);
  return {
    imageId: image.imageId,
    reason: `not ours: ${doubtInWords({ code: 'tags-missing', tags: missing.length > 0 ? missing : [TAG.createdAt] })}`,
  };
}
