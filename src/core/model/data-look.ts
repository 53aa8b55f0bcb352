import type { Mount } from './mount.ts';

/** Where CircleCI's settings say that its large objects are: on the machine, or in an object store. */
export type StorageDriver = 'local' | 'external' | 'unknown';

/** What a look at a machine found of its file systems. Names and numbers alone: no secret is among them. */
export interface DataLook {
  /** File systems that may hold a person's data, in the order in which they were mounted. */
  mounted: Mount[];
  /** Those of /etc/fstab that are not mounted. */
  missing: Mount[];
  /** Each that was asked for, in that order. */
  paths: LookedPath[];
}

/** A path that somebody named, as it was found. */
export interface LookedPath {
  path: string;
  /** `silent`: its file system did not answer in time. `unreadable`: not even root may look, or it is broken. */
  state: 'folder' | 'file' | 'missing' | 'unreadable' | 'silent';
  /** What the machine said of an unreadable one. */
  why?: string | undefined;
  /** Its name without symbolic links, where that is another one. */
  real?: string | undefined;
  isEmpty?: true | undefined;
  /** What it lies on. */
  mount?: Mount | undefined;
  /** How much is in it; missing where nobody counted, or it took too long. */
  bytes?: number | undefined;
  /** One of its files, by which it is known again: the one that was asked for where it is there, else any. */
  sample?: SampleFile | undefined;
}

export interface SampleFile {
  /** Relative to the path. */
  name: string;
  bytes: number;
}

/** A path to look at. `sample`: a file in it that was there before. */
export interface WantedPath {
  path: string;
  sample?: string | undefined;
}
