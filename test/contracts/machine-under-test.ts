import type { ServicesMachine } from '../../src/core/ports/services-machine.ts';

export type MachineFault =
  | 'sudo-asks-for-password'
  | 'sudo-missing'
  | 'replicatedctl-missing'
  | 'replicatedctl-hangs'
  | 'replicatedctl-fails'
  /** What it prints is no JSON, and holds a secret. */
  | 'replicatedctl-babbles'
  /** The storage driver that CircleCI's settings name is an object store. */
  | 'storage-external'
  | 'nomad-missing'
  /** Of the files that are there, none can grow, and no new one can be written. */
  | 'disk-full'
  | 'service-fails';

/** The machine's file system, from outside. Texts are latin1, one character a byte. */
export interface MachineRoot {
  read(path: string): Promise<string>;
  /** Makes the folders that it needs; owned by root, with mode 644 where none is given. */
  write(path: string, text: string, mode?: string): Promise<void>;
  mkdir(path: string): Promise<void>;
  link(path: string, to: string): Promise<void>;
  exists(path: string): Promise<boolean>;
  /** Names in a folder, sorted. */
  list(path: string): Promise<string[]>;
  /** Octal: `640`. */
  mode(path: string): Promise<string>;
}

/**
 * A machine that runs, and has no file of Replicated's yet. Replicated takes its LocalAddress from PRIVATE_ADDRESS of its
 * file when its service is restarted; its hostname is ci.example.com; the application is started.
 */
export interface MachineUnderTest {
  machine: ServicesMachine;
  root: MachineRoot;
  break(fault: MachineFault): Promise<void>;
  /** Somebody has removed what filled the disk. */
  makeRoom(): Promise<void>;
  /** Restarts of services so far, `replicated` for example, in their order. */
  restarted(): Promise<string[]>;
  /** Jobs that Nomad runs from now on. */
  runJobs(ids: readonly string[]): Promise<void>;
  /** Another connection to the same machine, which waits this long (wall ms) for an answer. */
  connect(options: { answerMs: number }): Promise<ServicesMachine>;
}

export interface Machines {
  open(): Promise<MachineUnderTest>;
  close(): Promise<void>;
}

/** The code of the problem that a call rejects with. */
export async function problemOf(work: Promise<unknown>): Promise<unknown> {
  try {
    return `no problem: ${JSON.stringify(await work)}`;
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'problem' in error) return error.problem;
    throw error;
  }
}
