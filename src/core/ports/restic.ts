import type { FilesSnapshot, ResticAccess, ResticSaid } from '../model/restic.ts';
import type { SshAddress } from '../model/ssh-access.ts';
import type { JobId, JobState } from './jobs.ts';
import type { SshOptions } from './ssh.ts';

/** A program of restic's at work, as a look shows it. */
export interface ResticLook {
  state: JobState;
  /** Of one that has ended. */
  code?: number;
  /** All of it, from its beginning. */
  said: ResticSaid;
}

/** What restic is left to do on the machine, as a job. */
export type ResticTask =
  | { does: 'backup'; host: string; runId: string; paths: readonly string[] }
  /** What a command prints, as a snapshot of one file. */
  | {
      does: 'dump';
      host: string;
      tags: readonly string[];
      file: string;
      command: readonly string[];
      limitMs: number;
    }
  /** Prints the one file of such a snapshot to what another command makes of it. */
  | {
      does: 'read';
      into: (print: readonly string[]) => readonly string[];
      snapshotId: string;
      file: string;
      limitMs: number;
    }
  | { does: 'restore'; snapshotId: string }
  | { does: 'prune' }
  /** The `part`th of `parts` of all data is read, from 1. */
  | { does: 'check'; part: number; parts: number };

/** Restic on a machine, with one repository. Every call may be repeated. Rejects with problems of `files` and those of `Jobs`. */
export interface Restic {
  /** Its version, once it was found to be new enough. */
  version(): Promise<string>;
  /** The id of the repository, 64 hex digits, once it was found to take the password; rejects where there is none. */
  repository(): Promise<string>;
  /** Sees that the repository is there and takes the password; makes it where there is none. `id`: its own, 64 hex digits. */
  open(): Promise<{ id: string; isNew: boolean }>;
  /** Those of a host, newest first; with a run's id only those that carry it. */
  snapshots(host: string, runId?: string): Promise<FilesSnapshot[]>;
  /** How many files and folders, and how many bytes, a restore of it makes. */
  sizeOf(snapshotId: string): Promise<{ nodes: number; bytes: number }>;
  /** Forgets snapshots, and looks again: gives those that are still there. */
  forget(snapshotIds: readonly string[]): Promise<string[]>;
  /** Takes away locks whose holder is gone for sure. Gives those that stay, in words. */
  unlockStale(): Promise<string[]>;

  start(job: JobId, task: ResticTask): Promise<'started' | 'adopted'>;
  attempts(name: string): Promise<number>;
  look(job: JobId): Promise<ResticLook>;
  cancel(job: JobId): Promise<void>;
  tidy(job: JobId): Promise<void>;
  close(): void;
}

export type OpenRestic = (at: SshAddress, access: ResticAccess, options: SshOptions) => Promise<Restic>;
