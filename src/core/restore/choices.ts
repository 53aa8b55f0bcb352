import type { CatalogueEntry } from '../catalogue/entry.ts';
import { actorsOn, actsByItself } from '../catalogue/machine-actors.ts';
import { doubtInWords } from '../catalogue/ownership.ts';
import { isOfAws } from '../catalogue/tag-limits.ts';
import { defined } from '../model/defined.ts';
import type {
  AddressHolder,
  ElasticAddress,
  MachineFacts,
  MachineVolume,
  Subnet,
} from '../model/machine-facts.ts';
import { NOMAD_STATE, REPLICATED_PATHS } from '../model/machine-paths.ts';
import type { Mount } from '../model/mount.ts';
import type { Person } from '../model/person.ts';
import type { RestoredFiles } from '../model/restic.ts';
import type { Target } from '../model/target.ts';
import { oneLine } from '../text/text.ts';
import { keptTags, launchTags, launchVolumeTags, type Replacement } from './launch-tags.ts';
import { plannedVolumes, publicAddress, type SourceMachine, sourceMachine } from './machine-source.ts';
import type {
  Lacks,
  MovedAddress,
  NewMachine,
  OldMachine,
  OtherPlaces,
  RestoredBackup,
  RestoreOrder,
  RestoreWay,
} from './order.ts';

/** What people chose in the form; what is missing is taken from the backup and the machine. */
export interface RestoreChoices {
  way: RestoreWay;
  type?: string;
  subnetId?: string;
  /** Of a test: groups that keep the machine away from everything else. */
  securityGroupIds: string[];
  keepPrivateIp: boolean;
  cutOver: 'planned' | 'asked';
  removeNomad: boolean;
  newHost?: string;
  startApp: boolean;
  reason: string;
}

/** What EC2 and the old machine show when the plan is made. */
export interface RestoreFacts {
  entry: CatalogueEntry;
  /** The target's machine, or the one the backup was taken of; missing where neither is there any more. */
  old?: MachineFacts;
  /** The one that will be used. */
  subnet?: Subnet;
  /** Who has the old private address; missing: nobody. */
  holder?: AddressHolder;
  /** An Elastic IP that people know CircleCI by. */
  address?: ElasticAddress;
  /** Where else the machine could be launched; missing where nothing is launched, or EC2 did not tell. */
  others?: OtherPlaces;
  /** The old machine's volumes; missing where EC2 does not let the bot see them. */
  volumes?: MachineVolume[];
  /** Whether the image can run on the chosen type: why not, or that nobody could look. */
  fit?: { unfit: string } | { trouble: string };
  /** What was found on the old machine, or why it was not looked at. */
  seen: SeenOnMachine | { trouble: string };
}

export interface SeenOnMachine {
  /** Lines of Replicated's files that hold its addresses: names of variables and addresses, nothing else of them. */
  files: { path: string; lines: { line: number; text: string }[] }[];
  hostname?: string;
  mounts: Mount[];
  hasNomad: boolean;
}

/** Who asks, when, and under which id. */
export interface Asked {
  runId: string;
  target: Target;
  person: Person;
  at: number;
}

/** The restore that follows from the choices and the facts; every choice must have been found possible. */
export function restoreOrder(
  { runId, target, person, at }: Asked,
  choices: RestoreChoices,
  facts: RestoreFacts,
): RestoreOrder {
  const { entry, seen } = facts;
  const { way } = choices;
  const backup = backupOf(entry, facts);
  const old = facts.old === undefined ? undefined : oldMachine(facts.old);
  const any = {
    runId,
    target: target.name,
    region: target.region,
    channel: target.channel,
    requester: person,
    requestedAt: at,
    reason: choices.reason,
    ssh: target.ssh !== undefined,
    ...defined({ url: target.circleciUrl, newHost: choices.newHost }),
    removeNomad: choices.removeNomad,
    paths: { files: REPLICATED_PATHS, nomad: NOMAD_STATE },
    seen: 'files' in seen ? { files: seen.files } : seen,
    listBuilds: way !== 'test' && target.circleciUrl !== undefined && target.circleciToken !== undefined,
    ...defined({ restoredFiles: filesOf(target, entry, way) }),
    startApp: way === 'test' ? choices.startApp : true,
    selector: target.instance,
  };
  if (way === 'in-place') {
    if (old === undefined) throw new Error('a restore in place without a machine was not found possible');
    return { ...any, way, backup, old, root: { imageId: entry.imageId } };
  }
  const onNewMachine = {
    ...any,
    backup,
    launch: newMachine(runId, target, choices, facts),
    ...defined({ old }),
    ...('mounts' in seen ? { mounts: seen.mounts } : {}),
  };
  if (way === 'test') return { ...onNewMachine, way };
  const address = movedAddress(facts);
  // Where somebody else acts on the old machine, people decide about the moment at which it is stopped.
  const cutOver = (old?.actors ?? []).some(actsByItself) ? 'asked' : choices.cutOver;
  return { ...onNewMachine, way, ...(address === undefined ? {} : { address }), cutOver };
}

/** A test writes none: what is mounted there is what everybody works with. */
function filesOf(
  { files, restic, ssh }: Target,
  entry: CatalogueEntry,
  way: RestoreChoices['way'],
): RestoredFiles | undefined {
  if (way === 'test' || entry.files === undefined || files === undefined) return undefined;
  return restic === undefined || ssh === undefined ? undefined : { ...entry.files, paths: files.paths };
}

function backupOf(
  { backupId, imageId, createdAt, sourceInstanceId, source, note, doubts }: CatalogueEntry,
  { seen, old }: RestoreFacts,
): RestoredBackup {
  const hostname = source.hostname ?? ('hostname' in seen ? seen.hostname : undefined);
  return {
    backupId,
    imageId,
    createdAt,
    ...defined({ sourceInstanceId, privateIp: source.privateIp, publicIp: source.publicIp, hostname, note }),
    ...(doubts.length === 0 ? {} : { unproven: doubts.map(doubtInWords) }),
    ...(old !== undefined || source.volumes === undefined ? {} : { volumes: source.volumes }),
  };
}

export function oldMachine(old: MachineFacts): OldMachine {
  const { instanceId, name, state, privateIp, publicIp, rootVolumeId, rootDevice, tags } = old;
  const actors = actorsOn(old);
  return {
    instanceId,
    ...defined({ name }),
    state,
    ...defined({ privateIp, publicIp, rootVolumeId, rootDevice }),
    // Its own tags and no others go to the new machine; EC2's are EC2's.
    tags: Object.fromEntries(Object.entries(tags).filter(([key]) => !isOfAws(key))),
    ...(actors.length === 0 ? {} : { actors }),
  };
}

function newMachine(runId: string, target: Target, choices: RestoreChoices, facts: RestoreFacts): NewMachine {
  const { entry, old, subnet, address, volumes } = facts;
  const isTest = choices.way === 'test';
  const source = sourceMachine(entry, old);
  const { keyName, metadata, ebsOptimized } = source;
  const { extraTags } = target;
  const tags = {
    runId,
    backupId: entry.backupId,
    selector: target.instance,
    source: source.tags,
    ...defined({ extraTags }),
  };
  // A test must not be able to do in AWS what the real machine may.
  const profileArn = isTest ? undefined : source.profileArn;
  const isPublic = publicAddress(target, source, {
    isTest,
    ...defined({ address, subnet }),
  });
  const lacks = lackingOf(tags, source, old);
  const planned = plannedVolumes(entry.image, volumes, old?.rootDevice);
  return {
    type: choices.type ?? source.type ?? '',
    subnetId: subnet?.subnetId ?? choices.subnetId ?? source.subnetId ?? '',
    ...(subnet === undefined ? {} : { vpcId: subnet.vpcId, zone: subnet.zone }),
    securityGroupIds: isTest ? [...new Set(choices.securityGroupIds)] : source.securityGroupIds,
    ...defined({ keyName, profileArn }),
    ...(choices.keepPrivateIp && !isTest && entry.source.privateIp !== undefined
      ? { privateIp: entry.source.privateIp }
      : {}),
    ...defined({ publicAddress: isPublic, metadata, ebsOptimized }),
    ...(planned.length === 0 ? {} : { volumes: planned }),
    ...defined({ lacks }),
    tags: launchTags(tags),
    volumeTags: launchVolumeTags(tags),
    others: facts.others ?? { types: [], subnets: [] },
  };
}

/** What the new machine will not have of its source. */
function lackingOf(
  tags: Replacement,
  source: SourceMachine,
  old: MachineFacts | undefined,
): Lacks | undefined {
  const launched = launchTags(tags);
  const left = Object.keys(keptTags(tags)).filter((key) => !Object.hasOwn(launched, key));
  const lacks = {
    traits: { ...source.traits },
    tags: left.map((key) => oneLine(key)),
    unkept: old === undefined ? (source.tagsLeftOut ?? 0) : 0,
  };
  return Object.keys(lacks.traits).length + left.length + lacks.unkept === 0 ? undefined : lacks;
}

/** An Elastic IP that the old machine has, or that nobody has and that the backup was known by. */
function movedAddress({ address }: RestoreFacts): MovedAddress | undefined {
  if (address === undefined) return undefined;
  const { allocationId, publicIp, instanceId } = address;
  return { allocationId, publicIp, ...(instanceId === undefined ? {} : { instanceId }) };
}
