/** How restic is reached on a target's machine, and where it keeps the files. */
export interface ResticAccess {
  /** restic's own name of it, e.g. `s3:https://s3.eu-west-1.amazonaws.com/circleci-files`; it holds no secret. */
  repository: string;
  /** Secret: it is never stored, logged or shown. */
  password: string;
  /** What the repository's own server asks for, e.g. `AWS_SECRET_ACCESS_KEY`. Secret. */
  environment: Record<string, string>;
  /** The program on the machine. */
  path: string;
  /** How long a backup or a restore of files may take, in ms. */
  timeoutMs: number;
  uploadLimitKiB?: number;
  /** How often it is pruned, and within which time all that is in it is read again, in ms. */
  pruneEveryMs: number;
  checkWithinMs: number;
  /** Where a static build of it is, for whoever has to install it. */
  download?: { url: string; sha256: string };
}

/** What is known of the upkeep of a repository, by its id; several targets may share one. */
export interface Upkeep {
  /** ms since epoch. */
  prunedAt: number;
  checkedAt: number;
  /** The part of it that was read again last; 0: none. */
  part: number;
  /** Who works on it alone. */
  holder?: { runId: string; since: number };
  /** Backups that need it: whoever works on it alone gives way. */
  wanted: { runId: string; at: number }[];
}

/** A snapshot of files, as the repository knows it. */
export interface FilesSnapshot {
  /** 64 hex digits. */
  id: string;
  /** When it began, in ms since epoch. */
  at: number;
  /** The target it is of. */
  host: string;
  tags: string[];
  paths: string[];
  /** What it read; missing where its backup was broken off before it knew. */
  files?: number;
  bytes?: number;
  /** New data in the repository, before it was packed. */
  addedBytes?: number;
}

/** The files beside the image, which come back before the application starts. */
export interface RestoredFiles {
  /** As restic names it, and how its repository's id begins. */
  snapshotId: string;
  repository: string;
  files: number;
  bytes: number;
  /** Where they may be written, and nowhere else. */
  paths: string[];
}

/** How far restic is, while it works. */
export interface ResticProgress {
  /** 0 to 100. */
  percent: number;
  bytesDone: number;
  totalBytes: number;
  leftMs?: number;
}

/** What restic has said so far. Lists are cut; their counts are not. */
export interface ResticSaid {
  progress?: ResticProgress;
  /** The last word of a backup. */
  backup?: { snapshotId: string; files: number; bytes: number; addedBytes: number; tookMs: number };
  /** The last word of a restore: files and folders, and bytes of files. What was there already counts. */
  restore?: { nodes: number; bytes: number };
  check?: { errors: number };
  /** What it could not read or write, in its own words: what, and why. */
  errors: string[];
  errorCount: number;
  /** Why it gave up, in its own words. */
  fatal?: string;
  /** Whatever else it printed. */
  other: string[];
}

/** Restic tells why it failed by these (restic manual, "Scripting", from 0.17.1 on). */
export const RESTIC_EXIT = {
  done: 0,
  failed: 1,
  /** Something could not be read; a snapshot was made without it. */
  incomplete: 3,
  noRepository: 10,
  locked: 11,
  wrongPassword: 12,
} as const;

/** Older ones have no exit codes of their own for these, and call a missing path no fault. */
export const RESTIC_LEAST = '0.17.1';
