import type { SshAddress } from '../model/ssh-access.ts';
import type { SshOptions, SshResult } from './ssh.ts';

/** One program, run as root. What it is called with can be seen by everybody on the machine: it holds no secret. */
export interface Program {
  /** What it does, for messages. */
  during: string;
  /** The program with its arguments. */
  command: readonly string[];
  /** Secret: set in the program's own environment, and in that of whatever it starts. No value has more than one line. */
  environment?: Readonly<Record<string, string>>;
  /** Secret: one line, which is all of the program's standard input, without its end. */
  input?: string;
  /** How long it may take, in ms of the machine's clock; then it gets SIGTERM, and later SIGKILL. */
  limitMs: number;
}

/** A program that outlives the connection it was started over, and this process. */
export interface Job extends Program {
  /** What it is for, e.g. `bk-20261123-0314-x4qz.files`: letters, digits, dots and dashes. */
  name: string;
  /** From 1. An attempt is started once, whoever asks for it and however often. */
  attempt: number;
  /** Texts that the program reads from the file `listOf(job)`, each with a NUL behind it. One character a byte (latin1). */
  list?: readonly string[];
}

export type JobId = Pick<Job, 'name' | 'attempt'>;

/**
 * `none`: nobody has started it since the machine booted. `starting`: claimed, and not seen to run yet. `ended`: by itself
 * or by a signal, which `code` says. `died`: it has no end, since something ended it together with whoever waited for it.
 */
export type JobState = 'none' | 'starting' | 'running' | 'ended' | 'died';

/** How far somebody has read a job's output, in bytes. */
export interface JobRead {
  stdout: number;
  stderr: number;
}

export interface JobLook {
  state: JobState;
  /** Of a job that has ended; 128 and its number for a signal. */
  code?: number;
  /** What it has printed from there on, at most 1 MiB of each; one character a byte (latin1). */
  stdout: string;
  stderr: string;
  /** Where to read on. */
  read: JobRead;
  /** Nothing is left to be read now. */
  isWhole: boolean;
}

/** Programs on a machine. Every call may be repeated. All reject with a problem of `services-machine` or `machine`. */
export interface Jobs {
  /** Runs a program to its end, as long as the connection lasts. Resolves whatever its exit code is; 124: its time was up. */
  run(program: Program): Promise<SshResult>;
  /** `adopted`: this attempt was started before. */
  start(job: Job): Promise<'started' | 'adopted'>;
  /** The number of the last attempt since the machine booted; 0 where there is none. */
  attempts(name: string): Promise<number>;
  look(job: JobId, from: JobRead): Promise<JobLook>;
  /** Asks the program itself to end, now or as soon as it begins; `look` shows when it has. */
  cancel(job: JobId): Promise<void>;
  /** Removes what it printed; that there was this attempt stays known. */
  tidy(job: JobId): Promise<void>;
  close(): void;
}

/** Rejects as `OpenSsh` does. The signal ends every call as well, and no job. */
export type OpenJobs = (at: SshAddress, options: SshOptions) => Promise<Jobs>;

export const NOTHING_READ: JobRead = { stdout: 0, stderr: 0 };

/** What a job can be asked about; in no image, and gone with the next boot. */
export function folderOf({ name, attempt }: JobId): string {
  return `/run/circleci-backup/${name}.${attempt}`;
}

/** The file from which a job's program reads its list. */
export function listOf(job: JobId): string {
  return `${folderOf(job)}/list`;
}
