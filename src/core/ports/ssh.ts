import type { SshAddress } from '../model/ssh-access.ts';

export interface SshCommand {
  /** What the command does, for messages and the log: a few words, without secrets. */
  during: string;
  /** A shell command, built by `core/shell` alone where it holds anything that is not a constant. */
  command: string;
  /** Written to its standard input, byte for byte (latin1). */
  stdin?: string;
  /** How long it may take, in wall ms; then `ssh-timeout`. */
  timeoutMs: number;
  signal: AbortSignal;
}

/** What a command left behind. Texts are latin1, one character a byte: files are compared byte for byte. */
export interface SshResult {
  /** Missing where a signal ended it. */
  code?: number;
  stdout: string;
  stderr: string;
}

/** A login shell on a PTY, as a person would have it. */
export interface Terminal {
  write(text: string): void;
  /**
   * What the machine prints, UTF-8, in whatever pieces it comes; for one reader. Ends when the shell does or `close` is
   * called; throws `ssh-dropped` where the connection went first, and the signal's reason where that aborts.
   */
  output: AsyncIterable<string>;
  close(): void;
}

export interface SshConnection {
  /** The fingerprint that was checked. */
  hostKey: string;
  /**
   * Rejects with `ssh-dropped`, `ssh-timeout` or `ssh-flooded` (it printed more than 8 MiB): how far the command came is
   * then unknown, and it may still be running.
   */
  run(command: SshCommand): Promise<SshResult>;
  openTerminal(signal: AbortSignal): Promise<Terminal>;
  close(): void;
}

export interface SshOptions {
  signal: AbortSignal;
  /** How long refused and unanswered connections are tried again, in ms of the bot's clock; 0: once. */
  patienceMs: number;
  /** Told of each try that failed, in words without secrets. */
  onTrouble?: (what: string) => void;
}

/**
 * Rejects with `ssh-unreachable`, `host-key-unknown`, `host-key-wrong`, `ssh-refused` (the key was not taken) or
 * `ssh-key-unusable` (the key is none, or needs a passphrase).
 */
export type OpenSsh = (at: SshAddress, options: SshOptions) => Promise<SshConnection>;
