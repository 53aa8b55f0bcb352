import type { DatabaseFault } from './databases/server.ts';

/** What is wrong with a machine. Everything may be changed at any time. */
export interface MachineFaults {
  /**
   * `refused`: nothing listens at port 22; `silent`: nothing answers there at all; `wrong-key`: another host key than the
   * console printed; `no-key`: whatever key one shows, it is not taken.
   */
  ssh?: 'refused' | 'silent' | 'wrong-key' | 'no-key';
  /** The connection breaks off at a command that matches, before or after it did its work. Used up in order. */
  drops: { command: RegExp; when: 'before' | 'after' }[];
  /** Commands that match never end. */
  hangs: RegExp[];
  /** `password`: it asks for one; `absent`: there is no sudo. */
  sudo?: 'password' | 'absent';
  /** `garbage`: what it prints is not JSON. */
  replicatedctl?: 'absent' | 'hanging' | 'garbage' | 'failing';
  /** `never`: it stays on the way; `fails`: it is stopped again, with an error. */
  appStart?: 'never' | 'fails';
  appStop?: 'never';
  /** `silent`: it prints nothing, and says that all is well. */
  nomad?: 'absent' | 'silent';
  /** `old`: Debian 12's; `killed`: what it locks stays locked. */
  restic?: 'missing' | 'old' | 'killed';
  /** Of the servers of databases, and of their programs. */
  databases?: DatabaseFault;
  /** Services that cannot be restarted. */
  brokenServices: Set<string>;
  /** Paths that not even root can read. */
  unreadable: Set<string>;
  diskFull: boolean;
  /** What is not mounted although it should be, by the folder. */
  unmounted: Set<string>;
  /** Mounted folders whose server does not answer: whoever looks there waits. */
  hanging: Set<string>;
  /** `missing`: EC2 shows nothing; `no-keys`: it shows no fingerprints; `two-keys`: it shows another one, too. */
  console?: 'missing' | 'no-keys' | 'two-keys';
  /** `down`: nothing listens; `error`: 503. */
  web?: 'down' | 'error';
  devConsole: DevConsoleFaults;
}

export interface DevConsoleFaults {
  /** Added to the time it takes to load, in ms of the clock; Infinity: the prompt never comes. */
  slowStartMs: number;
  /** Parts of URLs whose deletion throws. */
  throwsAt: string[];
  /** Parts of URLs at whose deletion it prints nothing any more. */
  hangsAt: string[];
  /** Parts of URLs whose deletion waits for as long as they stand here. */
  pausesAt: string[];
  /** Parts of URLs after whose deletion, and before the answer, the connection breaks off. Used up. */
  dropsAt: string[];
  /** Lines of other threads between the answers, and after the prompt. */
  noise: boolean;
  colours: boolean;
  /** Echo and answers are broken at the terminal's width. */
  wraps: boolean;
}

export function noFaults(): MachineFaults {
  return {
    drops: [],
    hangs: [],
    brokenServices: new Set(),
    unreadable: new Set(),
    diskFull: false,
    unmounted: new Set(),
    hanging: new Set(),
    devConsole: {
      slowStartMs: 0,
      throwsAt: [],
      hangsAt: [],
      pausesAt: [],
      dropsAt: [],
      noise: false,
      colours: false,
      wraps: false,
    },
  };
}
