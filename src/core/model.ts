import type { Doubt } from './catalogue/ownership.ts';
import type { KeepPolicy } from './model/keep-policy.ts';
import type { SshAccess } from './model/ssh-access.ts';
import type { Problem } from './problems/problem.ts';
import type { Schedule } from './time/schedule.ts';

/** How a backup was taken: **live** does not touch the machine, the others stop the application or the machine. */
export type BackupMode = 'live' | 'quiesced' | 'reboot';

/** `complete` is said only after everything promised was checked; see `core/verdict.ts`. */
export type Outcome = 'complete' | 'partial' | 'failed';

/** How the Services machine of a target is found in EC2: by id, or by one tag. */
export type InstanceSelector = { by: 'id'; id: string } | { by: 'tag'; key: string; value: string };

/** One CircleCI installation. */
export interface Target {
  /** Lower-case letters, digits and dashes; part of image names and tags. */
  name: string;
  region: string;
  instance: InstanceSelector;
  /** Base URL of CircleCI, where it is known; its host is kept with each backup. */
  circleciUrl?: string;
  /** For CircleCI's API v1.1. Secret: it is never stored, logged or shown. */
  circleciToken?: string;
  /** How its dev-console is opened, and how long that may take, in ms. */
  devConsole: { command: string; openMs: number };
  /** Slack channel id where this target's runs are shown. */
  channel: string;
  /** Slack user (U…, W…) and user-group (S…) ids who may change something. */
  operators: string[];
  /** Who may approve what needs an approval, as in `operators`; nobody approves their own request. */
  approvers: string[];
  approvalsRequired: number;
  /** How long a request waits for its approval, in ms. */
  approvalExpiresMs: number;
  /** Whoever approves a restore types the target's name. */
  typeTargetName: boolean;
  /** How long a backup may take before the bot gives up watching it, in ms. */
  deadlineMs: number;
  /** When backups are made by themselves; names are unique, none means by hand only. */
  schedules: TargetSchedule[];
  /** Which backups made by hand stay; missing: all of them. */
  keep?: KeepPolicy;
  /** An IANA name: of the schedules, and of the days and months that retention counts by. */
  timezone: string;
  /** How old the newest complete backup may be before its silence is an alarm, in ms. */
  maxAgeMs?: number;
  /** `failures`: a routine backup that succeeds says nothing in the channel. */
  notify: 'all' | 'failures';
  /** Each Monday the channel is told how the week was. */
  digest: boolean;
  /** How long partial, failed and abandoned backups stay, in ms. */
  keepFailedMs: number;
  /** How the bot logs in to its machines; missing: it cannot. */
  ssh?: SshAccess;
  /** Set: retention disables an image first and deletes it this much later, in ms. */
  deleteGraceMs?: number;
}

/** Whether retention has anything to go by. */
export function hasPolicy(target: Pick<Target, 'keep' | 'schedules'>): boolean {
  return target.keep !== undefined || target.schedules.some((schedule) => schedule.keep !== undefined);
}

/** One schedule of a target, with its own retention. */
export interface TargetSchedule {
  /** Lower-case letters, digits and dashes; kept in the tags of its backups. */
  name: string;
  schedule: Schedule;
  /** Missing: its backups all stay. */
  keep?: KeepPolicy;
}

/** A person in Slack: nothing but the two ids is trusted. */
export interface Person {
  userId: string;
  teamId: string;
}

/** Who asked for a run: a person, or one of the target's schedules at one of its slots (ms since epoch). */
export type Requester = Person | { schedule: string; slot: number };

export function isPerson(requester: Requester): requester is Person {
  return 'userId' in requester;
}

export interface AttachedVolume {
  volumeId: string;
  /** As the instance maps it, e.g. `/dev/sda1`. */
  device: string;
}

/** What EC2 says of an instance; kept with each backup, because the machine may be gone when it is restored. */
export interface InstanceFacts {
  instanceId: string;
  name?: string;
  /** `pending`, `running`, `stopping`, `stopped`, `shutting-down`, `terminated`, or what EC2 may add. */
  state: string;
  type: string;
  zone?: string;
  privateIp?: string;
  publicIp?: string;
  subnetId?: string;
  vpcId?: string;
  securityGroupIds: string[];
  keyName?: string;
  profileArn?: string;
  volumes: AttachedVolume[];
  metadata?: MetadataOptions;
  ebsOptimized?: boolean;
}

/** How a machine asks EC2 about itself (IMDS); words as EC2 has them, unknown ones included. */
export interface MetadataOptions {
  /** `required` is IMDSv2, `optional` allows both versions. */
  httpTokens?: string;
  httpPutResponseHopLimit?: number;
  /** `enabled` or `disabled`. */
  httpEndpoint?: string;
  /** `enabled`: the machine can read its own tags. */
  instanceMetadataTags?: string;
}

export interface SnapshotFacts {
  snapshotId: string;
  volumeId: string;
  /** `pending`, `completed`, `error`, …: an unknown one counts as "not yet". */
  state: string;
  /** 0 to 100. */
  progress: number;
  /** Size of the volume in bytes. */
  volumeBytes: number;
  message?: string;
}

export interface ImageFacts {
  imageId: string;
  name: string;
  /** `pending`, `available`, `failed`, …: an unknown one counts as "not yet". */
  state: string;
  stateReason?: string;
  createdAt?: string;
  sourceInstanceId?: string;
  /** `aws-backup-vault`, `amazon`, …: set only where AWS owns the image. */
  ownerAlias?: string;
  /** Everybody may launch it. */
  isPublic?: boolean;
  /** EC2 refuses to deregister it. */
  isProtected?: boolean;
  tags: Record<string, string>;
  /** Devices of the image's mapping with the snapshot behind each. */
  mappings: { device: string; snapshotId?: string; bytes?: number }[];
}

/** An image of a run and the snapshots made with it, as last seen. */
export interface ImageStatus {
  image: ImageFacts;
  snapshots: SnapshotFacts[];
}

/** What a size measurement gave; `unknown` keeps its reason, for it is shown. */
export type Size = { known: true; bytes: number } | { known: false; reason: string };

export interface VolumeResult {
  volumeId: string;
  device: string;
  snapshotId?: string;
  /** What became of the volume in this backup. */
  state: 'in the backup' | 'missing' | 'failed';
  bytes?: number;
}

/** What became of the application that was stopped, or whose machine was restarted, for a backup. */
export interface AppReport {
  /** `unknown`: nothing could be asked. */
  state: 'up' | 'down' | 'unknown';
  /** How long it was away, in ms; missing where that is not known, or where it is away still. */
  downtimeMs?: number;
}

/** The end of a backup run: what the final message, the tags and the audit are made from. */
export interface BackupResult {
  runId: string;
  target: string;
  region: string;
  outcome: Outcome;
  mode: BackupMode;
  imageId?: string;
  /** ms since epoch. */
  startedAt: number;
  finishedAt: number;
  volumes: VolumeResult[];
  added: Size;
  totalBytes?: number;
  /** Of a backup that was not live. */
  app?: AppReport;
  /** What was checked before the outcome was said, in words. */
  checked: string[];
  /** Why it is not complete. */
  problem?: Problem;
  /** What a person should know although the outcome stands, e.g. that it could not be written to EC2. */
  warnings: string[];
}

/** A backup as the catalogue (EC2's tags) tells it. */
export interface CatalogueEntry {
  /** The run that made it; what a person types. */
  backupId: string;
  target: string;
  imageId: string;
  imageState: string;
  mode: BackupMode;
  /** Missing while a run goes on, or when it ended before it could tag. */
  outcome?: Outcome;
  /** ms since epoch. */
  createdAt: number;
  sourceInstanceId?: string;
  addedBytes?: number;
  totalBytes?: number;
  /** How long the application was away for it. */
  downtimeSeconds?: number;
  requestedBy?: string;
  note?: string;
  /** The schedule that made it; missing for a backup made by hand. */
  schedule?: string;
  held: boolean;
  /** Who holds it and why, as the tag says it. */
  heldBy?: string;
  /** EC2 refuses to deregister its image, whoever asked for that. */
  isProtected?: boolean;
  /** When the bot disabled its image, the first half of a soft deletion; ms since epoch. */
  disabledAt?: number;
  /** What speaks against the image being ours; nothing may be deleted unless this is empty. */
  doubts: Doubt[];
  /** ISO time of the last check by restoring it. */
  verifiedAt?: string;
  /** The source machine as it was, for whoever restores it. */
  source: {
    name?: string;
    vpcId?: string;
    metadata?: MetadataOptions;
    ebsOptimized?: boolean;
    privateIp?: string;
    publicIp?: string;
    type?: string;
    zone?: string;
    subnetId?: string;
    securityGroupIds: string[];
    keyName?: string;
    profileArn?: string;
    hostname?: string;
  };
  /** Snapshot ids by volume id, for measuring the next backup's growth. */
  snapshots: Record<string, string>;
}
