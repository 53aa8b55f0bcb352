import type { AppStatus } from '../model/app-status.ts';
import type { DataLook, StorageDriver, WantedPath } from '../model/data-look.ts';
import type { SshAddress } from '../model/ssh-access.ts';
import type { SshOptions } from './ssh.ts';

/** A file of Replicated's that holds addresses. `text` and `original` hold DAEMON_TOKEN: never store, log or post them. */
export interface ReplicatedFile {
  path: string;
  /** What is in it now, one character a byte (latin1). */
  text: string;
  /** What was in it before this run first wrote it; missing where it has not. New texts are made from this one. */
  original?: string;
  /** Octal, as `stat` prints it: `644`. */
  mode: string;
  /** `root:root` */
  owner: string;
}

/** Where else on the machine an old address or host stands. */
export interface MentionedAt extends Mention {
  path: string;
}

/**
 * What the bot does on a Services machine. Every call may be repeated: what was done already is seen, and not done again.
 * All reject with a problem of `services-machine-problem` or `machine-problem`.
 */
export interface ServicesMachine {
  /**
   * Replicated's files, those that exist, from `/etc/default` or else `/etc/sysconfig`. Rejects where there are none, where
   * one cannot be read, and where one is a directory. `keptAs` is the run's id: see `rewrite`.
   */
  replicatedFiles(keptAs: string): Promise<ReplicatedFile[]>;
  /**
   * Writes `after` in the place of `before`, whole or not at all: beside the file, compared, with its owner and mode, and
   * then renamed. The original stays beside it as `<path>.circleci-backup-<keptAs>` and is never overwritten. A file that is
   * neither `before` nor `after` is left alone and rejected with `file-changed`.
   */
  rewrite(path: string, before: string, after: string, keptAs: string): Promise<'written' | 'already'>;
  /**
   * Removes the originals that `rewrite` has kept as `keptAs`, by their exact names and nothing else; those whose file is
   * missing or empty are left. Gives the paths.
   */
  removeOriginals(keptAs: string): Promise<{ removed: string[]; left: string[] }>;
  /**
   * Other files that hold one of the needles (addresses, hosts), which people may want to look at, and those that could not
   * be read. Changes nothing.
   */
  mentions(needles: readonly string[]): Promise<{ found: MentionedAt[]; unread: string[] }>;

  /** Missing while Replicated knows no application, for example while it starts. */
  appStatus(): Promise<AppStatus | undefined>;
  /** Asks for it and comes back at once; `appStatus` shows when it has happened. */
  stopApp(options?: { force: boolean }): Promise<void>;
  startApp(): Promise<void>;
  /** Replicated, then its operator (its agent in 1.2). Their names, in the order in which they were restarted. */
  restartServices(): Promise<string[]>;
  /** Whether Replicated itself is ready; false also while it does not answer. */
  systemReady(): Promise<boolean>;
  /** The private address that Replicated works with. */
  localAddress(): Promise<string>;
  /** The host under which CircleCI answers, as its settings say; missing where they say nothing. */
  hostname(): Promise<string | undefined>;
  /** A bare host. Sets it and applies the settings, which restarts the application where it changed. */
  setHostname(host: string): Promise<void>;

  /** `/opt/nomad`, Nomad's state on Server 2.x, which it makes anew. */
  hasNomad(): Promise<boolean>;
  /** Rejects with `nomad-mounted` where something is mounted there: that is not for the bot to remove. */
  removeNomad(): Promise<void>;
  /** Ids of Nomad's jobs that run or wait; empty where it is idle. */
  runningJobs(): Promise<string[]>;

  /** Has the kernel write out what it holds. */
  sync(): Promise<void>;
  /**
   * File systems on disks and in the network, those of /etc/fstab that are not mounted, and what is at these paths. No share that
   * does not answer keeps it waiting for longer than some seconds a path. `sizes`: with what each holds, where that is counted
   * within 10 s.
   */
  lookAtData(wanted: readonly WantedPath[], options: { sizes: boolean }): Promise<DataLook>;
  /** `unknown` also where Replicated does not answer. */
  storageDriver(): Promise<StorageDriver>;
  close(): void;
}

/** Rejects as `OpenSsh` does. The signal ends every call of the machine as well. */
export type OpenServicesMachine = (at: SshAddress, options: SshOptions) => Promise<ServicesMachine>;

/** Where a text holds an address or a host, and nothing of what else the line says: it may be a secret. */
export interface Mention {
  /** From 1. */
  line: number;
  needle: string;
  /** The variable that the line sets, where it sets one. */
  name?: string;
  /** The needle is another spelling of the address, which the bot does not change: a DNS name of it, or its form in IPv6. */
  isSpelling?: true;
}
