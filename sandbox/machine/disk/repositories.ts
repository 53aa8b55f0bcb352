import { randomBytes } from 'node:crypto';
import type { FileTree } from './file-tree.ts';

/** What restic's backend holds. It is no machine's: it is there when all of them are gone. */
export interface Repository {
  id: string;
  password: string;
  snapshots: Snapshot[];
  /** Who works on it, or did and never said that it was over. */
  locks: RepositoryLock[];
  /** Everything that was ever in it, as it counts what is new. */
  known: Set<string>;
}

export interface RepositoryLock {
  id: string;
  at: number;
  hostname: string;
  pid: number;
  exclusive: boolean;
}

export interface Snapshot {
  id: string;
  at: number;
  endedAt: number;
  host: string;
  tags: string[];
  paths: string[];
  files: FileTree;
  count: number;
  bytes: number;
  added: number;
}

/** All that machines reach, by restic's name. */
export interface Repositories {
  all: Map<string, Repository>;
  /** `unreachable`: nothing answers; `full`: it takes no more; `damaged`: what is in it is not what it was. */
  fault?: 'unreachable' | 'full' | 'damaged';
}

/** As restic's own: the SHA-256 of what it names. */
export function newId(): string {
  return randomBytes(32).toString('hex');
}
