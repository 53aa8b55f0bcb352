import type { Clock } from '../../src/core/ports/clock.ts';
import type { Tool } from './access/session.ts';
import type { Replicated } from './circleci/replicated.ts';
import type { Disk } from './disk/disk.ts';
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
  /** Ids of what Nomad runs beside the builds. */
  jobs: readonly string[];
  /** Deletes a build's record; false where there is none. */
  deleteBuild(url: string): boolean;
  /** Aborted when it halts. */
  halted: AbortSignal;
}
