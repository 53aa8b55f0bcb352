import type { Approval } from '../approval/approval.ts';
import type { BackupRecord } from '../catalogue/backup-record.ts';
import type { BegunDeletion, FilesForget, KnownMachine, LaunchedVolumes } from '../catalogue/proof.ts';
import type { BuildMark } from '../cleanup/results.ts';
import type { StuckList } from '../cleanup/stuck-list.ts';
import type { KnownData } from '../model/coverage.ts';
import type { KnownHost } from '../model/host-keys.ts';
import type { Upkeep } from '../model/restic.ts';
import type { Checklist } from '../restore/checklist.ts';
import type { Question } from '../run/question.ts';
import type { Audit } from './audit.ts';
import type { Collection } from './collections.ts';
import type { Deliveries } from './deliveries.ts';
import type { Locks } from './locks.ts';
import type { Messages } from './messages.ts';
import type { Schedules } from './schedules.ts';

/** How much was forgotten or moved out of the database, by what it was. */
export interface Tidied {
  messages: number;
  records: number;
  deliveries: number;
  /** The engine's own records of runs, with their steps. */
  runs: number;
  /** Rows of the audit that are in a file now. */
  archived: number;
}

/** The store's parts, on one connection; `transaction` gives the same parts on an open transaction. */
export interface Store {
  locks: Locks;
  audit: Audit;
  messages: Messages;
  schedules: Schedules;
  /** By the run's id. */
  approvals: Collection<Approval>;
  /** By `questionId`. */
  questions: Collection<Question>;
  /** By the run's id. */
  checklists: Collection<Checklist>;
  /** By `buildMarkId`. */
  buildMarks: Collection<BuildMark>;
  /** By the person's id and the target, with a slash between them. */
  stuckLists: Collection<StuckList>;
  /** By the machine's id: those that a restore has launched and logged in to. */
  hosts: Collection<KnownHost>;
  deliveries: Deliveries;
  /** By the instance's id; all of them are open. */
  machines: Collection<KnownMachine>;
  /** By the image's id; open until its snapshots are gone. */
  deletions: Collection<BegunDeletion>;
  /** By the run's id; open until the repository has forgotten it. */
  forgets: Collection<FilesForget>;
  /** By the repository's id; all of them are open. */
  upkeeps: Collection<Upkeep>;
  /** By the run's id; open while EC2 shows the image. */
  backups: Collection<BackupRecord>;
  /** By the run's id. */
  launchedVolumes: Collection<LaunchedVolumes>;
  /** By the target's name; all of them are open. */
  knownData: Collection<KnownData>;
  transaction<T>(work: (store: Store) => Promise<T>): Promise<T>;
  /** Writes and removes a row: rejects with a `store-unavailable` ProblemError when the database cannot be written. */
  checkWritable(): Promise<void>;
  /** Forgets what ended long ago and archives the oldest rows of the audit, so that the database stays bounded. */
  tidy(at: number): Promise<Tidied>;
  close(): Promise<void>;
}
