import type { ApprovalState, Choice } from '../../core/approval/approval.ts';
import type { CatalogueEntry } from '../../core/catalogue/entry.ts';
import type { Build, RefusedUrl } from '../../core/cleanup/builds.ts';
import type { StuckList } from '../../core/cleanup/stuck-list.ts';
import type { HandStep } from '../../core/datastores/by-hand.ts';
import type { DoctorLine } from '../../core/doctor/line.ts';
import type { BackupMode } from '../../core/model/backup.ts';
import type { DataStatus } from '../../core/model/coverage.ts';
import type { Person } from '../../core/model/person.ts';
import type { Target } from '../../core/model/target.ts';
import type { TargetSlot } from '../../core/model/target-slots.ts';
import type { RestoreForm } from '../../core/restore/form.ts';
import type { RetentionPreview } from '../../core/retention/result.ts';
import type { AuditRow } from '../../core/run/audit.ts';
import type { AuditWords } from '../../core/run/audit-report.ts';
import type { Lock } from '../../core/store/locks.ts';
import type { Pause } from '../../core/store/schedules.ts';

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
  counts: { complete: number; partial: number; failed: number; canceled: number; open: number };
  /** A backup may be made beside a run that waits for people. */
  running: RunningRun[];
  pausedUntil?: number;
  /** Set while the alarm about its silence is open; ms since epoch. */
  overdueSince?: number;
  /** Requests that wait for an approval, oldest first. */
  waiting: WaitingRequest[];
  /** What a backup of it would cover; missing where nobody knows. */
  data?: DataStatus;
  /** Its next routine backup; missing where it has no schedule. */
  next?: TargetSlot;
  /** Sentences on what carries its name or tag in EC2 and is not proven to be its own. */
  unproven: string[];
  /** Set when EC2 could not be asked, in words. */
  trouble?: string;
}

/** A request that nobody has decided on yet. */
export interface WaitingRequest {
  runId: string;
  summary: string;
  requester: Person;
  expiresAt: number;
  count: number;
  required: number;
  message?: { channel: string; ts: string };
}

/** A target's schedules as `schedule` shows them. */
export interface TargetSchedules {
  target: Target;
  schedules: { name: string; words: string; keep?: string; next: number[] }[];
  pause?: Pause;
}

/** A request that was put before those who may approve it. */
export interface Asked {
  view: 'asked';
  runId: string;
  summary: string;
  channel: string;
  /** User and user-group ids. */
  approvers: readonly string[];
  required: number;
  expiresAt: number;
  /** The same person has asked for the same before, and it is still open. */
  again: boolean;
  /** Where the request stands, once it does. */
  message?: { channel: string; ts: string };
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
      /** Who holds the backup, as its tag says it. */
      heldBy?: string;
    }
  | {
      view: 'busy';
      running: RunningRun;
      target: string;
      now: number;
      /** Set where it keeps an approval from being completed. */
      voting?: { expiresAt: number };
    }
  | Asked
  | {
      /** What became of the builds that somebody named or picked. */
      view: 'cleanup';
      target: string;
      circleciUrl: string;
      /** Missing where no build is left to ask for. */
      asked?: Asked;
      refused: readonly RefusedUrl[];
      duplicates: readonly Build[];
      /** Left alone, because CircleCI does not list them as running. */
      notRunning: readonly Build[];
      /** Why CircleCI was not asked about them, as a sentence. */
      notLookedUp?: string;
    }
  | {
      view: 'voted';
      runId: string;
      vote: Choice;
      state: ApprovalState;
      summary: string;
      target: string;
      channel: string;
      count: number;
      required: number;
      /** The engine did not take the run; it is started as soon as it does. */
      isDelayed?: boolean;
    }
  | { view: 'withdrawn'; runId: string; summary: string }
  | { view: 'started'; runId: string; target: Target; mode: BackupMode; delayed?: string }
  | { view: 'form'; form: 'now'; targets: readonly Target[]; note: string }
  | {
      view: 'form';
      form: 'restore';
      targets: readonly Target[];
      target?: Target;
      backupId?: string;
      /** What the form is filled with, once it is open. */
      load(): Promise<RestoreForm>;
    }
  | {
      view: 'form';
      form: 'cleanup';
      target: string;
      /** What the form is filled with, once it is open: builds to pick from, or why there are none. */
      load(): Promise<StuckList | { trouble: string }>;
    }
  | { view: 'help'; topic?: string }
  | {
      view: 'list';
      /** Missing: backups whose target is not configured. */
      target?: Target;
      regions: readonly string[];
      filter: ListFilter;
      /** Sentences on what carries the target's name or tag in EC2 and is not proven to be its own. */
      unproven: string[];
      /** How many backups of the region belong to no configured target. */
      strays: number;
      entries: readonly CatalogueEntry[];
      page: number;
      pages: number;
      /** Of those that are proven; the others come last, and are shown all the same. */
      total: number;
      now: number;
    }
  | {
      view: 'status';
      targets: readonly TargetStatus[];
      /** What the doctor found to fail, of the bot and of these targets. */
      failures: readonly DoctorLine[];
      version: string;
      now: number;
    }
  | { view: 'doctor'; lines: readonly DoctorLine[] }
  | {
      view: 'history';
      target?: string;
      rows: readonly AuditRow[];
      page: number;
      pages: number;
      total: number;
    }
  | { view: 'audit'; audit: AuditWords }
  | { view: 'canceling'; runId: string; target: string }
  | { view: 'originals-removed'; instanceId: string; removed: string[]; left: string[] }
  /** `missing`: how many approvers more have to press it before it counts. */
  | { view: 'decided'; runId: string; label: string; missing: number }
  /** An item of a list; `open` is how many are left. */
  | { view: 'ticked'; title: string; isDone: boolean; open: number }
  /** A run that is no backup has begun. */
  | { view: 'begun'; runId: string; channel: string; what: string; isDelayed: boolean }
  /** `datastores`: the steps for each external datastore. */
  | {
      view: 'restore-by-hand';
      entry: CatalogueEntry;
      region: string;
      now: number;
      datastores: readonly HandStep[];
    }
  | {
      view: 'prune';
      target: Target;
      preview: RetentionPreview;
      now: number;
      /** What stands in the button that deletes these; missing where nothing is to be done. */
      button?: string;
      /** It is not what was shown before. */
      isChanged?: true;
    }
  | {
      view: 'held';
      backupId: string;
      target: string;
      imageId: string;
      why?: string;
      wasDisabled: boolean;
      /** Its image has 50 tags already. */
      isUntagged?: true;
    }
  | { view: 'notified'; target: Target; isMember: 'yes' | 'no' | 'unknown'; pings: boolean }
  | { view: 'schedule'; targets: readonly TargetSchedules[]; now: number }
  | { view: 'paused'; target: string; until: number; channel: string }
  | { view: 'resumed'; target: string; channel: string; next?: number };

/** What `list` was asked to show only; all of it has to hold. */
export interface ListFilter {
  held: boolean;
  partial: boolean;
  /** A date as it was typed, e.g. `2026-10-01`, and the ms at which it begins. */
  before?: { date: string; ms: number };
}
