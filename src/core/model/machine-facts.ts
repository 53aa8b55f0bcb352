import type { VolumeKind } from './image.ts';
import type { InstanceFacts, MetadataOptions } from './instance.ts';

export type { MetadataOptions } from './instance.ts';

/** An Elastic IP address of the region, and who has it. */
export interface ElasticAddress {
  allocationId: string;
  publicIp: string;
  /** Missing while nobody has it. */
  associationId?: string;
  instanceId?: string;
  networkInterfaceId?: string;
  tags: Record<string, string>;
}

/**
 * An instance in full, as a restore needs to know it. Whether it is protected from termination is not among it: the
 * permission to ask for that is the permission to read user data, which the bot must not have.
 */
export interface MachineFacts extends InstanceFacts {
  /** ms since epoch; of an instance that was stopped, its latest start. */
  launchedAt?: number;
  /** As the instance maps it, e.g. `/dev/sda1`. */
  rootDevice?: string;
  /** Missing where no root volume is attached. */
  rootVolumeId?: string;
  /** As EC2 has them: compared, carried on to another machine, never shown. */
  tags: Record<string, string>;
  metadata: MetadataOptions;
  ebsOptimized: boolean;
  /** `x86_64` or `arm64`; another type must have the same. */
  architecture?: string;
  /** Why EC2 ended or stopped it, in EC2's words, e.g. `Client.VolumeLimitExceeded: …`. */
  stateReason?: string;
  /** The AWS service that manages it, where EC2 lets nobody else change it. */
  operator?: string;
  /** The Elastic IP it has, if it has one. */
  address?: { allocationId: string; associationId: string; publicIp: string };
}

/**
 * EC2's own checks of an instance, each `ok`, `initializing`, `impaired`, `insufficient-data`, `not-applicable`, or a
 * word EC2 may add. `unknown` where EC2 says nothing.
 */
export interface MachineChecks {
  /** Of the instance, e.g. `running`. */
  state: string;
  system: string;
  instance: string;
  /** Of its attached volumes; older types have `not-applicable`. */
  ebs: string;
}

/** Whether every check that applies has passed; false for any word that is not known to be good. */
export function checksPassed(checks: MachineChecks): boolean {
  const ebs = checks.ebs === 'ok' || checks.ebs === 'not-applicable' || checks.ebs === 'unknown';
  return checks.state === 'running' && checks.system === 'ok' && checks.instance === 'ok' && ebs;
}

export interface Subnet {
  subnetId: string;
  vpcId: string;
  zone: string;
  name?: string;
  cidr?: string;
  freeAddresses: number;
  /** Whether a machine that asks for nothing gets a public address there; missing where EC2 does not tell. */
  mapsPublicIp?: boolean;
}

/** The network interface that has a private address. */
export interface AddressHolder {
  networkInterfaceId: string;
  /** Missing where it belongs to no instance, e.g. a load balancer's. */
  instanceId?: string;
  /** `in-use`, `available`, or what EC2 may add. */
  status: string;
  description?: string;
}

/** A volume that carries our tags. */
export interface TaggedVolume {
  volumeId: string;
  /** What it was made from, if it was. */
  snapshotId?: string;
  /** `available`, `in-use`, `creating`, `deleting`, …: an unknown one counts as "leave it alone". */
  state: string;
  zone: string;
  bytes: number;
  /** The instance it is attached to, if any. */
  instanceId?: string;
  tags: Record<string, string>;
  /** ms since epoch. */
  createdAt?: number;
}

/** A volume of a machine, as it is attached. */
export interface MachineVolume extends TaggedVolume, VolumeKind {
  /** As the instance maps it, e.g. `/dev/sda1`. */
  device: string;
}

/** A volume of the machine to launch, and whether that has to be asked for because the image would make another one. */
export interface PlannedVolume {
  device: string;
  bytes?: number | undefined;
  type: string;
  iops?: number | undefined;
  throughput?: number | undefined;
  /** Set: asked for, with what EC2 would else decide by itself. */
  ask?: { snapshotId?: string | undefined; deletedWithMachine: boolean } | undefined;
}

/** A former root volume of an instance, kept for the way back. */
export interface KeptRoot extends TaggedVolume {
  /** The run that replaced it. */
  runId: string;
  /** When, in ms since epoch. */
  replacedAt?: number;
}

/** Replacing a root volume, as EC2 tells how far it is. */
export interface RootTask {
  taskId: string;
  instanceId: string;
  /**
   * `pending`, `in-progress`, `succeeded`, `failing`, `failed` (the old root is still attached), `failing-detached`,
   * `failed-detached` (no root is attached), or a word EC2 may add (facts: ec2.md).
   */
  state: string;
  /** ms since epoch. */
  startedAt?: number;
  completedAt?: number;
  /** What the new root volume is made from, where that is an image. */
  imageId?: string;
  tags: Record<string, string>;
}

/** `waiting` for everything that is not known to be an end. */
export function rootTaskEnd(state: string): 'waiting' | 'succeeded' | 'old root kept' | 'no root' {
  if (state === 'succeeded') return 'succeeded';
  if (state === 'failed') return 'old root kept';
  if (state === 'failed-detached') return 'no root';
  return 'waiting';
}
