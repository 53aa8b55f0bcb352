import type { Actor } from '../catalogue/machine-actors.ts';
import { defined } from '../model/defined.ts';
import type { AttachedVolume, MetadataOptions } from '../model/instance.ts';
import type { PlannedVolume } from '../model/machine-facts.ts';
import type { Mount } from '../model/mount.ts';
import type { Person } from '../model/person.ts';
import type { RestoredFiles } from '../model/restic.ts';
import type { InstanceSelector } from '../model/target.ts';
import type { LaunchRequest } from '../ports/ec2-machines.ts';

/**
 * **replace**: a new machine takes over. **in-place**: the root volume is replaced, machine and addresses stay. **test**:
 * a machine in isolation, which nobody's traffic reaches.
 */
export type RestoreWay = 'replace' | 'in-place' | 'test';

export const WAYS = ['replace', 'in-place', 'test'] as const satisfies readonly RestoreWay[];

export function isRestoreWay(text: string): text is RestoreWay {
  return WAYS.some((way) => way === text);
}

/** What of a backup its restore needs, as it was when the plan was made. */
export interface RestoredBackup {
  backupId: string;
  imageId: string;
  /** ms since epoch. */
  createdAt: number;
  sourceInstanceId?: string | undefined;
  /** The addresses that the machine had, and that its files therefore hold. */
  privateIp?: string | undefined;
  publicIp?: string | undefined;
  hostname?: string | undefined;
  /** What somebody wrote on it, which the plan shows. */
  note?: string | undefined;
  /** What speaks against its being the target's own, in words; missing where it is proven. */
  unproven?: string[] | undefined;
  /** Of the machine as it was then, where that is gone. */
  volumes?: AttachedVolume[] | undefined;
}

/** The machine that a restore replaces, or whose root volume it replaces, as it was when the plan was made. */
export interface OldMachine {
  instanceId: string;
  name?: string | undefined;
  /** `running`, `stopped`, …; one that is terminated is no machine any more. */
  state: string;
  privateIp?: string | undefined;
  publicIp?: string | undefined;
  rootVolumeId?: string | undefined;
  /** As the instance maps it, e.g. `/dev/sda1`. */
  rootDevice?: string | undefined;
  tags: Record<string, string>;
  /** Who else starts, stops or replaces it. */
  actors?: Actor[] | undefined;
}

/** An Elastic IP that goes to the new machine at cut-over. */
export interface MovedAddress {
  allocationId: string;
  publicIp: string;
  /** Who has it; missing: nobody. */
  instanceId?: string | undefined;
}

/** The machine to launch; what is missing is left to EC2's and the image's defaults. */
export interface NewMachine {
  type: string;
  subnetId: string;
  vpcId?: string | undefined;
  zone?: string | undefined;
  securityGroupIds: string[];
  keyName?: string | undefined;
  profileArn?: string | undefined;
  /** Set: it gets the address that the old one had. */
  privateIp?: string | undefined;
  publicAddress?: boolean | undefined;
  metadata?: MetadataOptions | undefined;
  ebsOptimized?: boolean | undefined;
  /** Each volume that it will have, as far as that is known. */
  volumes?: PlannedVolume[] | undefined;
  tags: Record<string, string>;
  volumeTags: Record<string, string>;
  /** What the source has and it will not have. */
  lacks?: Lacks | undefined;
  /** What may be launched instead where AWS has no room; anything else wants another approval. */
  others: OtherPlaces;
}

export interface Lacks {
  /** In EC2's words, see `Traits`. */
  traits: { [word: string]: string };
  /** Keys of tags for which EC2 allows no more, and how many the backup did not keep. */
  tags: string[];
  unkept: number;
}

export interface Lacks {
  /** In EC2's words, see `Traits`. */
  traits: { [word: string]: string };
  /** Keys of tags for which EC2 allows no more, and how many the backup did not keep. */
  tags: string[];
  unkept: number;
}

/** Other types, and other subnets of the same VPC, the likeliest first. */
export interface OtherPlaces {
  types: string[];
  subnets: { subnetId: string; zone: string }[];
}

/** What was found on the old machine before, or why nobody looked. */
export type SeenBefore =
  | { files: { path: string; lines: { line: number; text: string }[] }[] }
  | { trouble: string };

/** With what the root volume is replaced: a backup, or a former root volume of the same machine. */
export type RootFrom = { imageId: string } | { volumeId: string };

/** What every restore says of itself. */
interface AnyOrder {
  runId: string;
  target: string;
  region: string;
  channel: string;
  requester: Person;
  /** ms since epoch. */
  requestedAt: number;
  /** Why, as it was typed; empty where nobody said it. */
  reason: string;
  /** Whether the bot works on the machine; without SSH a restore in place is verified from outside alone. */
  ssh: boolean;
  /** Where CircleCI answers, e.g. `https://ci.example.com`; missing where nobody said it. */
  url?: string | undefined;
  /** A bare host to set in place of the one in the backup. */
  newHost?: string | undefined;
  removeNomad: boolean;
  /** Missing where the backup has none, or nobody wants them back. */
  restoredFiles?: RestoredFiles | undefined;
  /** What may be written and removed on the machine, as the plan says it: never anything else. */
  paths: { files: string[]; nomad: string };
  seen: SeenBefore;
  /** Whether CircleCI can be asked which builds still show as running. */
  listBuilds: boolean;
  startApp: boolean;
  /** How the target finds its machine; a tag goes to the new machine at cut-over. */
  selector: InstanceSelector;
  /** What was mounted on the old machine, where it could be asked. */
  mounts?: Mount[] | undefined;
}

export interface ReplaceOrder extends AnyOrder {
  way: 'replace';
  backup: RestoredBackup;
  launch: NewMachine;
  /** Missing where there is none any more. */
  old?: OldMachine | undefined;
  address?: MovedAddress | undefined;
  /** `planned`: without asking again. `asked`: a button decides. */
  cutOver: 'planned' | 'asked';
  root?: undefined;
}

export interface TestOrder extends AnyOrder {
  way: 'test';
  backup: RestoredBackup;
  launch: NewMachine;
  /** The real machine, which is not touched. */
  old?: OldMachine | undefined;
  address?: undefined;
  root?: undefined;
}

export interface InPlaceOrder extends AnyOrder {
  way: 'in-place';
  /** Missing on the way back to a former root volume. */
  backup?: RestoredBackup | undefined;
  old: OldMachine;
  root: RootFrom;
  launch?: undefined;
  address?: undefined;
}

export type LaunchOrder = ReplaceOrder | TestOrder;

/**
 * All that a restore does, as it was approved: ids and settings only, no secrets. `| undefined` because the engine keeps
 * it as its schema reads it.
 */
export type RestoreOrder = LaunchOrder | InPlaceOrder;

/** E.g. for a message's line about the run. */
export function wayInWords(way: RestoreWay): string {
  return WAY_WORDS[way];
}

const WAY_WORDS: Record<RestoreWay, string> = {
  replace: 'a new machine takes over',
  'in-place': 'the root volume is replaced',
  test: 'a test in isolation',
};

/** The host under which CircleCI answers once the restore is done; missing where nobody said it. */
export function hostOf(order: Pick<RestoreOrder, 'newHost' | 'backup' | 'url'>): string | undefined {
  return order.newHost ?? order.backup?.hostname ?? hostIn(order.url);
}

function hostIn(url: string | undefined): string | undefined {
  return /^https?:\/\/([^/:]+)/.exec(url ?? '')?.[1];
}

/** `https` unless the address people use says otherwise. */
export function schemeOf(order: Pick<RestoreOrder, 'url'>): 'http' | 'https' {
  return order.url?.startsWith('http:') === true ? 'http' : 'https';
}

/** The launch of a planned machine; what the plan leaves open is left to EC2. */
export function launchRequest(
  machine: NewMachine,
  ids: Pick<LaunchRequest, 'runId' | 'clientToken' | 'imageId'>,
): LaunchRequest {
  const { type, subnetId, zone, securityGroupIds, keyName, profileArn, privateIp, tags, volumeTags } =
    machine;
  const { publicAddress, metadata, ebsOptimized, volumes } = machine;
  return {
    ...ids,
    type,
    subnetId,
    securityGroupIds,
    tags,
    volumeTags,
    ...defined({ zone, keyName, profileArn, privateIp, publicAddress, metadata, ebsOptimized, volumes }),
  };
}
