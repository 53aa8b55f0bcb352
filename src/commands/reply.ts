import type { BackupMode, CatalogueEntry, Target } from '../core/model.ts';
import type { RetentionPreview } from '../core/retention-result.ts';
import type { AuditRow, Lock, Pause } from '../core/store.ts';
import type { TargetSlot } from '../core/target-slots.ts';
import type { ListFilter } from './list-filter.ts';

/** A run that goes on, as other people see it. */
export interface RunningRun {
  lock: Lock;
  /** E.g. `Copy the volumes`, with the percent where there is one. */
  stage?: string;
  percent?: number;
  /** Where its message stands. */
  message?: { channel: string; ts: string };
}

export interface TargetStatus {
  target: Target;
  newest?: CatalogueEntry;
  /** Backups in the catalogue by outcome; `open` have none (yet). */
  counts: { complete: number; partial: number; failed: number; open: number };
  running?: RunningRun;
  pausedUntil?: number;
  /** Set while the alarm about its silence is open; ms since epoch. */
  overdueSince?: number;
  /** Its next routine backup; missing where it has no schedule. */
  next?: TargetSlot;
  /** Set when EC2 could not be asked, in words. */
  trouble?: string;
}

/** A target's schedules as `schedule` shows them. */
export interface TargetSchedules {
  target: Target;
  schedules: { name: string; words: string; keep?: string; next: number[] }[];
  pause?: Pause;
}

/** What a command answers, as data; `slack/views` makes it visible. */
export type Reply =
  | {
      view: 'refusal';
      reason: string;
      next?: string;
      usage?: string;
      /** User and user-group ids of those who may do it. */
      people?: readonly string[];
    }
  | { view: 'busy'; running: RunningRun; target: string; now: number }
  | { view: 'started'; runId: string; target: Target; mode: BackupMode; delayed?: string }
  | { view: 'form'; form: 'now'; targets: readonly Target[]; note: string }
  | { view: 'help'; topic?: string }
  | {
      view: 'list';
      /** Missing: backups whose target is not configured. */
      target?: Target;
      regions: readonly string[];
      filter: ListFilter;
      /** How many backups of the region belong to no configured target. */
      strays: number;
      entries: readonly CatalogueEntry[];
      page: number;
      pages: number;
      total: number;
      now: number;
    }
  | { view: 'status'; targets: readonly TargetStatus[]; now: number }
  | {
      view: 'history';
      target?: string;
      rows: readonly AuditRow[];
      page: number;
      pages: number;
      total: number;
    }
  | { view: 'canceling'; runId: string; target: string }
  | { view: 'decided'; runId: string; label: string }
  | { view: 'restore'; entry: CatalogueEntry; region: string; now: number }
  | { view: 'prune'; target: Target; preview: RetentionPreview; now: number }
  | { view: 'held'; backupId: string; target: string; imageId: string; why?: string; wasDisabled: boolean }
  | { view: 'release'; entry: CatalogueEntry; region: string }
  | { view: 'notified'; target: Target; isMember: 'yes' | 'no' | 'unknown'; pings: boolean }
  | { view: 'schedule'; targets: readonly TargetSchedules[]; now: number }
  | { view: 'paused'; target: string; until: number; channel: string }
  | { view: 'resumed'; target: string; channel: string; next?: number };
