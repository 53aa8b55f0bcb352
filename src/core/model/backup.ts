import type { Problem } from '../problems/problem.ts';
import type { Coverage } from './coverage.ts';
import type { StoreResult } from './datastore.ts';

/** How a backup was taken: **live** does not touch the machine, the others stop the application or the machine. */
export type BackupMode = 'live' | 'quiesced' | 'reboot';

/** `complete` is said only after everything promised was checked; see `core/verdict.ts`. */
export type Outcome = 'complete' | 'partial' | 'failed';

/** How its run ended; a canceled one is nobody's failure. */
export type BackupEnding = Outcome | 'canceled';

/** What a size measurement gave; `unknown` keeps its reason, for it is shown. */
export type Size = { known: true; bytes: number } | { known: false; reason: string };

export interface VolumeResult {
  volumeId: string;
  device: string;
  snapshotId?: string;
  /** What became of the volume in this backup. */
  state: 'in the backup' | 'missing' | 'failed';
  bytes?: number;
}

/** What became of the application that was stopped, or whose machine was restarted, for a backup. */
export interface AppReport {
  /** `unknown`: nothing could be asked. */
  state: 'up' | 'down' | 'unknown';
  /** How long it was away, in ms; missing where that is not known, or where it is away still. */
  downtimeMs?: number;
}

/** What became of the files that are backed up beside the image. */
export interface FilesReport {
  /** `missing`: no snapshot of them is there. */
  state: 'in the backup' | 'partial' | 'missing';
  /** As they were asked for. */
  paths: string[];
  /** As restic names it, 64 hex digits; and its repository. */
  snapshotId?: string;
  repositoryId?: string;
  /** What restic read of them, and what of it was new to the repository. */
  files?: number;
  bytes?: number;
  addedBytes?: number;
  /** How much later than the image they were begun, in ms. */
  afterImageMs?: number;
  /** Why they are not in the backup, or not all of them. */
  problem?: Problem;
  /** What a person should know all the same, in words. */
  warnings: string[];
}

/** The end of a backup run: what the final message, the tags and the audit are made from. */
export interface BackupResult {
  runId: string;
  target: string;
  region: string;
  outcome: Outcome;
  mode: BackupMode;
  imageId?: string;
  /** ms since epoch. */
  startedAt: number;
  finishedAt: number;
  volumes: VolumeResult[];
  added: Size;
  totalBytes?: number;
  /** Of a backup that was not live. */
  app?: AppReport;
  /** Where files are backed up beside the image. */
  files?: FilesReport;
  /** Missing in a run that an older version began. */
  coverage?: Coverage;
  /** Of the external datastores, where the target has any. */
  datastores?: { stores: StoreResult[]; imageAt?: number };
  /** What was checked before the outcome was said, in words. */
  checked: string[];
  /** Why it is not complete. */
  problem?: Problem;
  /** What a person should know although the outcome stands, e.g. that it could not be written to EC2. */
  warnings: string[];
}
