import type { CoverageGap } from '../problems/coverage.ts';
import type { DataLook, StorageDriver } from './data-look.ts';
import type { AttachedVolume } from './instance.ts';

/** What a backup holds of what the machine needs to come back, besides that its volumes are in its image; in clauses for people. */
export interface Coverage {
  covers: string[];
  /** Not in it, and somebody has to see to that: a backup with one of these is partial. */
  gaps: CoverageGap[];
  /** Not in it by its nature or by somebody's word, or not known. */
  besides: string[];
}

/** What was found of a machine's data, and when. */
export interface SeenData extends DataLook {
  /** ms since epoch */
  at: number;
  driver: StorageDriver;
  /** Of the machine, by EC2's word: those are in its image. */
  volumes: AttachedVolume[];
}

/** What is kept of a target's data from backup to backup. */
export interface KnownData {
  last: SeenData;
  /** At the last backup that had no gap: the next one is compared with it. */
  good?: SeenData | undefined;
}

/** What a target's settings say of its data. */
export interface DataSettings {
  /** Whether the bot can look at the machine. */
  ssh: boolean;
  paths: string[];
  /** The operator's word. */
  storage?: 'external' | undefined;
}
