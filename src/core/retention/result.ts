import type { SnapshotDeletion, TaggedSnapshot } from '../ports/ec2.ts';
import type { Problem } from '../problems/problem.ts';

/** A backup and the words that say why it stays or goes. */
export interface ReasonedBackup {
  backupId: string;
  imageId: string;
  /** ms since epoch. */
  createdAt: number;
  /** Plain text, a part of a sentence. */
  reason: string;
}

/** An image that retention does not touch; without an id where its tags cannot be read as a backup's. */
export interface LeftImage {
  backupId?: string;
  imageId: string;
  reason: string;
}

/** A snapshot of ours without an image: it costs money and restores nothing by itself. */
export interface OrphanedSnapshot extends Pick<TaggedSnapshot, 'snapshotId' | 'runId' | 'volumeBytes'> {
  /** Why it is not proven to be left over from a deletion of ours, and is left alone. */
  doubt?: string;
}

/** What retention would do now; plain data. Each list is newest first. */
export interface RetentionPreview {
  /** What it would deregister and delete. */
  deleting: ReasonedBackup[];
  /** What it would disable, the first half of a soft deletion. */
  disabling: ReasonedBackup[];
  /** What was disabled and is kept by the rules again. */
  enabling: ReasonedBackup[];
  /** What stays, `enabling` included. */
  kept: ReasonedBackup[];
  leftAlone: LeftImage[];
  orphans: OrphanedSnapshot[];
  /** Sentences on what carries the target's name or tag and is not proven to be its own. */
  unproven: string[];
}

/** What was to be done with an image, and what EC2 said to it. */
export interface FailedChange {
  what: 'enable' | 'unmark' | 'disable' | 'delete';
  backupId: string;
  imageId: string;
  problem: Problem;
}

/** What retention did; plain data. */
export interface RetentionResult {
  kept: ReasonedBackup[];
  /** `snapshots`: each with the last word EC2 had on it; only `success` means that it is gone. */
  deleted: (ReasonedBackup & { snapshots: SnapshotDeletion[] })[];
  disabled: ReasonedBackup[];
  enabled: ReasonedBackup[];
  leftAlone: LeftImage[];
  /** Snapshots whose deletion an earlier run began and this one ended. */
  finished: SnapshotDeletion[];
  /** What is left of ours without an image, after all that was deleted. */
  orphans: OrphanedSnapshot[];
  failed: FailedChange[];
  /** Set where only what people have seen may be touched: what the plan of the moment would change besides, and was left. */
  beyond?: ReasonedBackup[];
  /** Set where the run was stopped: what it did not come to. */
  notReached?: ReasonedBackup[];
}

/** Image ids that a person has seen in a plan, by what was to become of each. */
export interface ShownChanges {
  deleting: string[];
  disabling: string[];
  enabling: string[];
}
