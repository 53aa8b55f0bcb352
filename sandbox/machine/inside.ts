import type { Clock } from '../../src/core/ports/clock.ts';
import type { Account } from './access/accounts.ts';
import type { Terminal } from './access/terminal.ts';
import type { Replicated } from './circleci/replicated.ts';
import type { Disk } from './disk/disk.ts';
import type { MachineFileSystem, Viewer } from './disk/file-system.ts';
import type { Repositories } from './disk/repositories.ts';
import type { MachineFaults } from './faults.ts';
import type { MachineTiming } from './timing.ts';

/** A machine as what runs on it sees it, from one boot to the next halt. */
export interface MachineInside {
  clock: Clock;
  disk: Disk;
  faults: MachineFaults;
  timing: MachineTiming;
  replicated: Replicated;
  privateIp(): string;
  hostname(): string;
  /** The commands that are installed now. */
  tools(): Tool[];
  /** What works on beside the connections. */
  background: Background;
  /** What restic reaches from here. */
  repositories: Repositories;
  /** Ids of what Nomad runs beside the builds. */
  jobs: readonly string[];
  /** Deletes a build's record; false where there is none. */
  deleteBuild(url: string): boolean;
  /** Aborted when it halts. */
  halted: AbortSignal;
}

/** What works on beside the connections, and the files that are locked. */
interface Background {
  locked: Set<string>;
  processes: Map<number, (signal: 'TERM' | 'KILL' | 'vanish') => void>;
  lastPid: number;
}

/** A login: who it is, where, and on what. */
export interface Session {
  machine: MachineInside;
  account: Account;
  viewer: Viewer;
  files: MachineFileSystem;
  /** Missing for a command without a PTY. */
  terminal?: Terminal;
  /** Aborted when the connection is gone. */
  signal: AbortSignal;
  /** Texts that commands gave out for bytes that are not UTF-8, one character a byte. */
  rawTexts: Set<string>;
  /** Of a program in the background: prints at once what it has to say on its way. One character a byte. */
  print?(stream: 'out' | 'err', text: string): void;
  /** Breaks the connection off. */
  hangUp(): void;
}

/** What a command is called with. */
export interface Call {
  session: Session;
  cwd: string;
  /** An absolute path. */
  path(given: string): string;
  /** Its standard input, one character a byte. */
  stdin: string;
  signal: AbortSignal;
  /** The command of this name that comes with the interpreter. */
  original(args: string[]): Promise<Outcome>;
  run(args: readonly string[], as?: Session, until?: AbortSignal): Promise<Outcome>;
}

export interface Outcome {
  stdout: string;
  stderr: string;
  exitCode: number;
  /** `stdout` has one character a byte. Else it is text. */
  bytes?: boolean;
}

/** A command of the machine that the interpreter does not have, or has otherwise. */
export interface Tool {
  name: string;
  run(args: string[], call: Call): Outcome | Promise<Outcome>;
}
