import type { Clock } from '../../src/core/ports/clock.ts';
import type { DatabaseRecord, DatabaseSnapshot } from './databases/database-state.ts';
import { checkId, type idCounter, type Noun, notFound } from './ids.ts';
import type { MachineFate, MachineState } from './instances/machine-state.ts';
import type { BlockHistory } from './wire/blocks.ts';
import { ApiError } from './wire/errors.ts';

/** Times are the sandbox clock's milliseconds since the epoch; sizes of volumes are GiB, as EC2 counts them. */

export type InstanceState = 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated';

export interface InstanceRecord {
  instanceId: string;
  /** The image the instance was launched from. */
  imageId: string;
  state: InstanceState;
  instanceType: string;
  privateIp?: string;
  publicIp?: string;
  subnetId?: string;
  vpcId?: string;
  zone: string;
  securityGroups: { groupId: string; groupName: string }[];
  keyName: string;
  profileArn: string;
  rootDevice: string;
  devices: { device: string; volumeId: string; deleteOnTermination: boolean }[];
  tags: Record<string, string>;
  metadata: {
    httpTokens: string;
    httpPutResponseHopLimit: number;
    httpEndpoint?: string;
    instanceMetadataTags?: string;
  };
  disableApiTermination: boolean;
  ebsOptimized: boolean;
  launchedAt: number;
  /** How often CreateImage restarted it, that is, was called without NoReboot. */
  reboots: number;
  /** What it becomes by itself, and when. */
  next?: { state: InstanceState; at: number };
  /** Its system is up again then: after a reboot, or with another root volume. */
  bootsAt?: number;
  /** Since when it runs; missing where it always did. */
  runningSince?: number;
  stateReason?: { code: string; message: string };
  clientToken?: string;
  /** Refuses StopInstances. */
  disableApiStop?: boolean;
  /** What sets it apart from a machine of the standard install; the rest is EC2's default. */
  special?: InstanceSpecials;
  /** A public address of its own, not an Elastic IP, comes and goes with it. */
  autoPublicIp?: boolean;
  /** What a launch sent as user data. The bot never sends any. */
  userData?: string;
  /** How its checks go and what its console tells, where that is out of the ordinary. */
  fate?: MachineFate;
}

export interface InstanceSpecials {
  tenancy?: string;
  hostId?: string;
  placementGroup?: string;
  capacityReservationId?: string;
  /** `spot`, `scheduled`. */
  lifecycle?: string;
  /** `enabled`: detailed monitoring. */
  monitoring?: string;
  sourceDestCheck?: boolean;
  /** Besides its first one, on the same interface. */
  privateIps?: string[];
  ipv6?: string[];
  /** Further network interfaces, by id, with a private address each. */
  interfaces?: { id: string; privateIp: string }[];
  /** The AWS service that manages it. */
  operator?: string;
}

export interface VolumeRecord {
  volumeId: string;
  sizeGiB: number;
  type: string;
  iops?: number;
  /** MiB/s. */
  throughput?: number;
  zone: string;
  createdAt: number;
  /** What it was made from, if it was. */
  snapshotId?: string;
  /** Where it is attached, if it is. */
  attachedTo?: { instanceId: string; device: string; deleteOnTermination: boolean };
  tags: Record<string, string>;
  blocks: BlockHistory;
  /** Writes `count` blocks of 512 KiB, so that the next snapshot is larger by as many. */
  changeBlocks(count: number): void;
}

export interface SnapshotRecord {
  snapshotId: string;
  volumeId: string;
  sizeGiB: number;
  description: string;
  /** `pending`, `completed`, `error`, or anything a test puts here. */
  state: string;
  stateMessage?: string;
  /** 0 to 100. */
  progress: number;
  startedAt: number;
  /** How long it takes; never done when infinite. */
  durationMs: number;
  completedAt?: number;
  /** When and with which words it fails. */
  fails?: { at: number; message: string };
  tags: Record<string, string>;
  /** The volume's history, which outlives the volume; the snapshot holds it up to `epoch`. */
  blocks: BlockHistory;
  epoch: number;
  fullBytes: number;
  /** What deregistering its image with DeleteAssociatedSnapshots says instead of deleting it. */
  deleteResult?: 'internal-error' | 'client-error';
}

export interface ImageMapping {
  device: string;
  snapshotId: string;
  sizeGiB: number;
  volumeType: string;
  iops?: number;
  throughput?: number;
  deleteOnTermination: boolean;
}

export interface ImageRecord {
  imageId: string;
  name: string;
  description: string;
  /** `pending`, `available`, `failed`, `disabled`, or anything a test puts here. */
  state: string;
  stateReason?: { code: string; message: string };
  /** Empty for a copy of an image: it has none. */
  sourceInstanceId: string;
  createdAt: number;
  rootDevice: string;
  mappings: ImageMapping[];
  tags: Record<string, string>;
  /** What it needs of a machine; missing: a 64-bit image of today. */
  needs?: { architecture?: string; ena?: boolean; bootMode?: string; tpm?: string };
  noReboot: boolean;
  /** When and with which words it fails. */
  fails?: { at: number; message: string };
  protection: 'disabled' | 'enabled-with-cooldown' | 'enabled-without-cooldown';
  /** Protected up to then although protection was disabled (the cooldown). */
  protectedUntil?: number;
  /** Of another account, which shares it with this one. */
  ownerId?: string;
  /** Everybody may launch it. */
  isPublic?: boolean;
}

/** How the next image goes; used up by one CreateImage. */
export interface NextImage {
  /** The image fails with this reason, `failAfter` ms after its creation (default: when half done). */
  fail?: string;
  failAfter?: number;
  /** Its first snapshot ends in `error` with this message. */
  snapshotError?: string;
  /** Devices the image leaves out without a word. */
  dropVolumes?: string[];
  /** For this many ms the image and its snapshots are not found and not listed. */
  invisibleFor?: number;
  neverCompletes?: boolean;
}

/** Something changed in the account: `what` is a new state, or what was done, e.g. `created`, `tagged`. */
export interface Ec2Change {
  noun: Noun;
  id: string;
  what: string;
}

export interface State extends MachineState {
  clock: Clock;
  region: string;
  accountId: string;
  snapshotSeconds: { min: number; max: number };
  /** Infinity, or the most records a page holds whatever the caller asks for. */
  pageSize: number;
  nextId: ReturnType<typeof idCounter>;
  instances: Map<string, InstanceRecord>;
  volumes: Map<string, VolumeRecord>;
  images: Map<string, ImageRecord>;
  snapshots: Map<string, SnapshotRecord>;
  /** Ids of images that were deregistered. */
  deregistered: Set<string>;
  /** Until when an id is not found and not listed although it exists. */
  hiddenUntil: Map<string, number>;
  nextImage: NextImage | undefined;
  /** Instances of RDS, and their snapshots. */
  databases: Map<string, DatabaseRecord>;
  databaseSnapshots: Map<string, DatabaseSnapshot>;
  /** IAM actions without permission, e.g. `ec2:CreateImage`. */
  denied: Set<string>;
  changed(noun: Noun, id: string, what: string): void;
}

export function isHidden(state: State, id: string): boolean {
  return (state.hiddenUntil.get(id) ?? 0) > state.clock.now();
}

/** The records a caller may see now. */
export function visible<T>(state: State, records: Map<string, T>): [string, T][] {
  return [...records].filter(([id]) => !isHidden(state, id));
}

/** A record by id, or EC2's error for a malformed, an unknown or a not yet visible one. */
export function find<T>(state: State, noun: Noun, records: Map<string, T>, id: string): T {
  const record = records.get(checkId(noun, id));
  if (record === undefined || isHidden(state, id)) throw notFound(noun, id);
  return record;
}

/** As `find`, but an image that is gone says so in other words than one that never was. */
export function findImage(state: State, id: string): ImageRecord {
  if (state.deregistered.has(id)) {
    throw new ApiError('InvalidAMIID.Unavailable', `The image ID '${id}' is no longer available`);
  }
  return find(state, 'image', state.images, id);
}

/** Timestamps as EC2 writes them, in UTC with milliseconds. */
export function stamp(time: number): string {
  return new Date(time).toISOString();
}
