import type { SshConnection } from '../ports/ssh.ts';
import type { Build } from './builds.ts';

/** What became of a build that was to be deleted. */
export type Deletion =
  /** It was there, and was seen gone afterwards. */
  | { result: 'deleted' }
  /** It was not there: gone already, or there never was such a build. Nothing was sent to delete it. */
  | { result: 'already-gone' }
  /** As one line of plain text, redacted and cut. */
  | { result: 'failed'; message: string };

/**
 * CircleCI's console, opened once for many builds. Calls wait for each other: there is one form at a time.
 *
 * Each rejects with `console-silent`, `console-ended`, `console-out-of-step` or `ssh-dropped`, or with the reason of an
 * abort, where the session is lost; from then on every call does. What a deletion did before that is unknown: `find` in a new console tells.
 */
export interface DevConsole {
  /** Rejects with `console-unclear` as well, after which the session goes on. */
  find(build: Build): Promise<'there' | 'gone'>;
  /** Looks, deletes, and looks again. */
  delete(build: Build): Promise<Deletion>;
  /** Leaves the console as a person would; never rejects. */
  close(): Promise<void>;
}

export interface ConsoleOptions {
  /** What is typed into the login shell, where `circleci` is an alias: `circleci dev-console`. */
  command: string;
  /** How long the JVM may take until its prompt stands there, in ms. */
  openMs: number;
  /** How long one answer may take, in ms. */
  answerMs: number;
  /** Ends the session, whatever it is doing. */
  signal: AbortSignal;
  /** Told every few seconds while the prompt is awaited; `last` is the newest line, plain text, redacted and cut. */
  onWaiting?: (waiting: { sinceMs: number; last: string }) => void;
}

/** Rejects with `console-not-opened`, `console-ended` or `ssh-dropped`. The connection stays open. */
export type OpenDevConsole = (connection: SshConnection, options: ConsoleOptions) => Promise<DevConsole>;
