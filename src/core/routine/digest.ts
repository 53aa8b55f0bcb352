import { type CatalogueEntry, endingOf, isComplete, newestFirst } from '../catalogue/entry.ts';
import type { BackupEnding } from '../model/backup.ts';
import type { Target } from '../model/target.ts';
import { nextOfTarget, type TargetSlot } from '../model/target-slots.ts';
import { type AuditRow, isOfBackup } from '../run/audit.ts';

/** What the backups of a week added: the sum of those whose size is known, and how many others there are. */
export interface AddedInWeek {
  bytes: number;
  known: number;
  unknown: number;
}

/** Slots without a backup, by why that is. */
export interface SkippedSlots {
  /** Nobody looked in time: the bot was not running. */
  missed: number;
  /** In a pause. */
  paused: number;
  /** The run before still went on. */
  overlapped: number;
}

/** A target's week, as its channel is told of it; plain data, kept with the message. */
export interface Digest {
  target: string;
  /** The week: after `from`, up to and with `until`; ms since epoch. */
  from: number;
  until: number;
  /** When EC2 was read. */
  now: number;
  /** Runs by how they ended. Each is in the week in which it ended. */
  ended: Record<BackupEnding, number>;
  /** Slots that had no backup, each in the week in which that was settled; missing in what an older version wrote. */
  skipped?: SkippedSlots;
  /** Backups that retention deleted. */
  deleted: number;
  added: AddedInWeek;
  /** Of the week before; missing where nothing was backed up in it. */
  addedBefore?: AddedInWeek;
  /** What EC2 holds now, or why that could not be read. */
  inEc2:
    | { kept: number; held: number; newest?: { backupId: string; createdAt: number } }
    | { unread: string };
  maxAgeMs?: number;
  pausedUntil?: number;
  /** None where the target has no schedule. */
  next: TargetSlot[];
}

export interface DigestInput {
  target: Pick<Target, 'name' | 'schedules' | 'maxAgeMs'>;
  now: number;
  /** The ends of three weeks in a row, in ms: the week is the time between the last two. */
  weeks: { before: number; from: number; until: number };
  /** The whole catalogue, or why it could not be read. */
  catalogue: readonly CatalogueEntry[] | { unread: string };
  /** The target's audit rows since the end of the first week, in any order. */
  rows: readonly AuditRow[];
  pausedUntil?: number | undefined;
}

const NEXT_SHOWN = 3;

interface Ended {
  at: number;
  end: BackupEnding;
  /** Missing where it is not known. */
  addedBytes?: number;
}

/**
 * A week in numbers. The audit knows of runs that left nothing in EC2 and of backups that are gone again; EC2 knows of
 * backups made before this database was. So both are asked, and a run that both know counts once.
 */
export function digestOf({ target, now, weeks, catalogue, rows, pausedUntil }: DigestInput): Digest {
  const mine = 'unread' in catalogue ? [] : catalogue.filter((entry) => entry.target === target.name);
  const runs = endedRuns(mine, rows);
  const between = (from: number, until: number) => runs.filter(({ at }) => at > from && at <= until);
  const week = between(weeks.from, weeks.until);
  const before = between(weeks.before, weeks.from).filter(({ end }) => isBackup(end));
  const told = rows.filter(({ at }) => at > weeks.from && at <= weeks.until);
  const isPaused = pausedUntil !== undefined && pausedUntil > now;
  return {
    target: target.name,
    from: weeks.from,
    until: weeks.until,
    now,
    ended: {
      complete: week.filter(({ end }) => end === 'complete').length,
      partial: week.filter(({ end }) => end === 'partial').length,
      failed: week.filter(({ end }) => end === 'failed').length,
      canceled: week.filter(({ end }) => end === 'canceled').length,
    },
    skipped: skippedSlots(told),
    deleted: deletedImages(told).size,
    added: addedBy(week.filter(({ end }) => isBackup(end))),
    ...(before.length === 0 ? {} : { addedBefore: addedBy(before) }),
    inEc2: 'unread' in catalogue ? catalogue : heldInEc2(mine),
    ...(target.maxAgeMs === undefined ? {} : { maxAgeMs: target.maxAgeMs }),
    ...(isPaused ? { pausedUntil } : {}),
    next: nextOfTarget(target, isPaused ? pausedUntil : now, NEXT_SHOWN),
  };
}

function heldInEc2(entries: readonly CatalogueEntry[]): Digest['inEc2'] {
  const complete = newestFirst(entries.filter(isComplete));
  const [newest] = complete;
  return {
    kept: complete.length,
    held: complete.filter((entry) => entry.held || entry.isProtected === true).length,
    ...(newest === undefined ? {} : { newest: { backupId: newest.backupId, createdAt: newest.createdAt } }),
  };
}

function endedRuns(entries: readonly CatalogueEntry[], rows: readonly AuditRow[]): Ended[] {
  const runs = new Map<string, Ended>();
  for (const entry of entries) {
    const { backupId, createdAt, addedBytes } = entry;
    const end = endingOf(entry);
    if (end === undefined) continue;
    runs.set(backupId, { at: createdAt, end, ...(addedBytes === undefined ? {} : { addedBytes }) });
  }
  // The size is measured after the end, and the tag that has it goes with its image.
  const measured = new Map(
    rows.flatMap(({ kind, runId, detail }) => {
      const bytes = kind === 'stage' && detail.stage === 'size' ? addedOf(detail) : undefined;
      return runId === undefined || bytes === undefined ? [] : [[runId, bytes] as const];
    }),
  );
  for (const row of rows) {
    const end = endOf(row);
    if (row.runId === undefined || end === undefined) continue;
    const addedBytes = addedOf(row.detail) ?? measured.get(row.runId) ?? runs.get(row.runId)?.addedBytes;
    runs.set(row.runId, { at: row.at, end, ...(addedBytes === undefined ? {} : { addedBytes }) });
  }
  return [...runs.values()];
}

function isBackup(end: BackupEnding): boolean {
  return end === 'complete' || end === 'partial';
}

function addedBy(runs: readonly Ended[]): AddedInWeek {
  const known = runs.flatMap(({ addedBytes }) => (addedBytes === undefined ? [] : [addedBytes]));
  return {
    bytes: known.reduce((sum, bytes) => sum + bytes, 0),
    known: known.length,
    unknown: runs.length - known.length,
  };
}

/** A `BackupResult`, read with care: an older version of the bot may have written it. */
function endOf({ kind, verb, detail }: AuditRow): BackupEnding | undefined {
  if (kind !== 'result' || !isOfBackup({ verb })) return undefined;
  const { outcome, problem } = detail;
  if (isRecord(problem) && problem.code === 'canceled') return 'canceled';
  return outcome === 'complete' || outcome === 'partial' || outcome === 'failed' ? outcome : undefined;
}

function addedOf({ added }: AuditRow['detail']): number | undefined {
  return isRecord(added) && added.known === true && typeof added.bytes === 'number' ? added.bytes : undefined;
}

const SKIPPED_BY_CODE: Readonly<Record<string, keyof SkippedSlots>> = {
  'slots-missed': 'missed',
  'slots-paused': 'paused',
  overlap: 'overlapped',
};

function skippedSlots(rows: readonly AuditRow[]): SkippedSlots {
  const skipped: SkippedSlots = { missed: 0, paused: 0, overlapped: 0 };
  for (const { verb, detail } of rows) {
    const why = verb === 'schedule' ? SKIPPED_BY_CODE[String(detail.code)] : undefined;
    if (why === undefined) continue;
    const { count, slots } = detail;
    skipped[why] += typeof count === 'number' ? count : Array.isArray(slots) ? slots.length : 1;
  }
  return skipped;
}

/** Of `RetentionResult`s. A step that ran again has written its row again, so images are counted and not rows. */
function deletedImages(rows: readonly AuditRow[]): Set<unknown> {
  const lists = rows.flatMap(({ verb, detail }) => (verb === 'prune' ? [detail.deleted] : []));
  return new Set(
    lists.flatMap((list: unknown) =>
      Array.isArray(list) ? list.flatMap((one: unknown) => (isRecord(one) ? [one.imageId] : [])) : [],
    ),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
