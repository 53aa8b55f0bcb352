import type { MachineHooks } from './machines.ts';

export interface SubnetRecord {
  subnetId: string;
  vpcId: string;
  zone: string;
  /** The network's first address and its prefix length, e.g. `10.20.0.0` and 18. */
  network: string;
  prefix: number;
  mapsPublicIp: boolean;
  tags: Record<string, string>;
}

/** An Elastic IP. */
export interface AddressRecord {
  allocationId: string;
  publicIp: string;
  /** Who has it, if anybody. */
  held?: { associationId: string; instanceId: string };
  tags: Record<string, string>;
}

/** A network interface that belongs to no instance, e.g. a load balancer's. */
export interface InterfaceRecord {
  networkInterfaceId: string;
  subnetId: string;
  privateIp: string;
  description: string;
}

/** Replacing a root volume. */
export interface TaskRecord {
  taskId: string;
  instanceId: string;
  /** `pending`, `in-progress`, `succeeded`, `failing`, …, or anything a test puts here. */
  state: string;
  startedAt: number;
  completedAt?: number;
  imageId?: string;
  snapshotId?: string;
  /** The volume that takes the root's place; made anew unless an existing one was named. */
  newVolumeId: string;
  tags: Record<string, string>;
  /** What it becomes by itself, in order, each at its time; the end last. */
  steps: { state: string; at: number }[];
}

/** What goes wrong with a machine that was launched. */
export interface MachineFate {
  /** Its status checks stay at `initializing`, or one of them is `impaired`. Default: they pass. */
  checks?: 'never' | 'impaired';
  /** Its console stays empty. */
  console?: 'missing';
}

/** How the next launch goes; used up by one RunInstances. */
export interface NextLaunch extends MachineFate {
  /** For this many ms the instance is not found and not listed. */
  invisibleFor?: number;
  /** It goes from pending to terminated, with this reason, e.g. `Client.VolumeLimitExceeded`. */
  dies?: string;
  neverRuns?: boolean;
}

/** How the next replacement of a root volume goes; used up by one CreateReplaceRootVolumeTask. */
export interface NextReplacement {
  ends?: 'failed' | 'failed-detached' | 'never';
  /** Further states on the way, of which EC2 may have more than the SDK knows. */
  through?: string[];
}

/** How long things take on the clock, in seconds. */
export interface MachineSeconds {
  /** From launch or start to running. */
  pending: number;
  /** From running to checks that are ok. */
  checks: number;
  /** From running to a console with text; without `Latest` five times as long. */
  console: number;
  stopping: number;
  terminating: number;
  rebooting: number;
  /** Each of the two steps of a replacement of a root volume. */
  replacing: number;
}

/** What the account holds beside instances, volumes, images and snapshots. */
export interface MachineState {
  machines: MachineHooks;
  machineSeconds: MachineSeconds;
  subnets: Map<string, SubnetRecord>;
  addresses: Map<string, AddressRecord>;
  interfaces: Map<string, InterfaceRecord>;
  tasks: Map<string, TaskRecord>;
  /** How often an Elastic IP went from one place to another: each association has an id of its own. */
  moves: number;
  keyPairs: Set<string>;
  securityGroups: Set<string>;
  /** What a client token was used for, by action and token. */
  tokens: Map<string, { digest: string; id: string }>;
  /** `TYPE`, `TYPE/ZONE`, `ZONE` or `*`: AWS has none of these free. */
  noCapacity: Set<string>;
  /** `TYPE` or `TYPE/ZONE`: AWS does not offer these. */
  notOffered: Set<string>;
  /** An account's limit that a launch runs into, e.g. `VcpuLimitExceeded`. */
  launchLimit: string | undefined;
  nextLaunch: NextLaunch | undefined;
  nextReplacement: NextReplacement | undefined;
}

export const MACHINE_SECONDS: MachineSeconds = {
  pending: 8,
  checks: 100,
  console: 45,
  stopping: 30,
  terminating: 30,
  rebooting: 40,
  replacing: 45,
};
