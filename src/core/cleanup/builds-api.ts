import type { Build } from './builds.ts';

/** A build as CircleCI's list of builds shows it. Branch and author are anybody's text, one line, cut. */
export interface ListedBuild {
  build: Build;
  branch?: string;
  author?: string;
}

export interface RunningBuild extends ListedBuild {
  /** ms since epoch. */
  startedAt: number;
}

export interface WaitingBuild extends ListedBuild {
  state: 'queued' | 'scheduled' | 'not_running';
  /** ms since epoch. */
  queuedAt?: number;
}

export interface BuildsFound {
  /** Running, without an end, begun at or before `before`; the oldest first. */
  stuck: RunningBuild[];
  /** Running, without an end, begun after it: most likely real ones. */
  later: RunningBuild[];
  /** Not begun yet. */
  waiting: WaitingBuild[];
  /** How many entries had not the form of a build. */
  unreadable: number;
  /** How many builds were looked at, the newest first. */
  looked: number;
  /** False where CircleCI has more builds than the bot asks for. */
  isAll: boolean;
}

export type StillRunning = 'running' | 'not-running' | 'unknown';

/**
 * CircleCI's API v1.1. Each call rejects with `builds-api-unreachable`, `builds-api-refused`, `builds-api-failed` or
 * `builds-api-unreadable`, or with the signal's reason.
 */
export interface BuildsApi {
  /** All recent builds that have not ended. `before` is in ms since epoch; missing: however young they are. */
  unfinished(options: {
    before?: number;
    signal: AbortSignal;
    onPage?: (looked: number) => void;
  }): Promise<BuildsFound>;
  /**
   * By their URL: whether CircleCI still lists each as running. `unknown` where it does not show the project to the bot,
   * or lists such a build with other capital letters.
   */
  stillRunning(
    builds: readonly Build[],
    options: { signal: AbortSignal },
  ): Promise<Map<string, StillRunning>>;
}
