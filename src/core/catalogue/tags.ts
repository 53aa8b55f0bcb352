import type { BackupEnding, BackupMode, BackupResult, Outcome } from '../model/backup.ts';
import type { ImageFacts } from '../model/image.ts';
import {
  type AttachedVolume,
  type InstanceFacts,
  type PublicKind,
  TRAITS,
  type Traits,
} from '../model/instance.ts';
import type { Requester } from '../model/person.ts';
import { isPerson } from '../model/person.ts';
import { oneLine } from '../text/text.ts';
import type { CatalogueEntry } from './entry.ts';
import { metadataText, parseMetadata } from './metadata-text.ts';
import { doubtsOf } from './ownership.ts';
import { cutToValue, fitting, isOfAws, MOST_TAGS, VALUE_MAX } from './tag-limits.ts';

/**
 * EC2's tags are the catalogue: everything a restore needs is on the image itself, so that losing the bot's database
 * loses no backup. A value has at most 256 characters and a resource 50 tags (EC2 user guide, "Tag restrictions").
 */
export const TAG = {
  run: 'circleci-backup:run',
  target: 'circleci-backup:target',
  mode: 'circleci-backup:mode',
  schedule: 'circleci-backup:schedule',
  outcome: 'circleci-backup:outcome',
  problem: 'circleci-backup:problem',
  createdAt: 'circleci-backup:created-at',
  requester: 'circleci-backup:requested-by',
  note: 'circleci-backup:note',
  sourceInstance: 'circleci-backup:source-instance',
  privateIp: 'circleci-backup:private-ip',
  publicIp: 'circleci-backup:public-ip',
  publicKind: 'circleci-backup:public-ip-kind',
  instanceType: 'circleci-backup:instance-type',
  zone: 'circleci-backup:zone',
  vpc: 'circleci-backup:vpc',
  subnet: 'circleci-backup:subnet',
  securityGroups: 'circleci-backup:security-groups',
  key: 'circleci-backup:key',
  profile: 'circleci-backup:profile',
  hostname: 'circleci-backup:hostname',
  machineName: 'circleci-backup:machine-name',
  metadata: 'circleci-backup:metadata',
  ebsOptimized: 'circleci-backup:ebs-optimized',
  traits: 'circleci-backup:traits',
  machineTags: 'circleci-backup:machine-tags',
  volumes: 'circleci-backup:volumes',
  snapshots: 'circleci-backup:snapshots',
  addedBytes: 'circleci-backup:added-bytes',
  totalBytes: 'circleci-backup:total-bytes',
  /** How long the application was away for it, in seconds. */
  downtime: 'circleci-backup:downtime-seconds',
  held: 'circleci-backup:held',
  disabledAt: 'circleci-backup:disabled-at',
  /** On the snapshots of an image that is about to be deregistered. */
  deleting: 'circleci-backup:deleting',
  verifiedAt: 'circleci-backup:verified-at',
  /** On a machine: the backup it was launched from, or its root volume was replaced from. */
  restoredFrom: 'circleci-backup:restored-from',
  /** On a machine that a restore has stopped for good: the run that did. */
  fencedBy: 'circleci-backup:fenced-by',
  /** On a former root volume: the instance it was the root of, and the run that replaced it. */
  rootOf: 'circleci-backup:root-of',
  replacedBy: 'circleci-backup:replaced-by',
  replacedAt: 'circleci-backup:replaced-at',
  /** On a task of EC2's: the client token it was asked for with. */
  token: 'circleci-backup:token',
} as const;

/** Tags whose value names something, here or in the bot's own database. */
export const ID_TAGS: ReadonlySet<string> = new Set([
  TAG.run,
  TAG.target,
  TAG.sourceInstance,
  TAG.restoredFrom,
  TAG.fencedBy,
  TAG.rootOf,
  TAG.replacedBy,
  TAG.token,
]);

/**
 * The image's name is the idempotency key of CreateImage, which has no ClientToken (facts: ec2.md). Letters, digits,
 * `/` and `-` only; at most 128 characters, which config's limit on target names keeps.
 */
export function imageName(target: string, runId: string): string {
  return `circleci-backup/${target}/${runId}`;
}

export interface BackupOrigin {
  runId: string;
  target: string;
  mode: BackupMode;
  createdAt: number;
  requester: Requester;
  note?: string | undefined;
  hostname?: string | undefined;
  instance: InstanceFacts;
  /** Of the target's settings (EXTRA_TAGS): on everything that is made. */
  extraTags?: Record<string, string> | undefined;
}

/** What the end of a backup, a hold, retention and a check by a restore write on it later, and some room for others. */
const LATER_TAGS = 12;
/** Values of a list that name the snapshots of so many volumes. */
const SNAPSHOTS_A_VALUE = 5;
/** More values than these for the machine's own tags would be more than all the rest. */
const MACHINE_TAG_VALUES = 4;

/**
 * Tags of the image at its creation: who, what, and all a restore must know when the machine is gone. What comes last is
 * missed least: it is left out where an image would have more tags than EC2 takes, those of later included.
 */
export function imageTags(origin: BackupOrigin): Record<string, string> {
  const later = LATER_TAGS + Math.ceil(origin.instance.volumes.length / SNAPSHOTS_A_VALUE);
  return fitting(allImageTags(origin), MOST_TAGS - later).tags;
}

/** What found no room in them, by key. */
export function leftOutOfImage(origin: BackupOrigin): string[] {
  const kept = imageTags(origin);
  return Object.keys(allImageTags(origin)).filter((key) => !Object.hasOwn(kept, key));
}

function allImageTags(origin: BackupOrigin): Record<string, string> {
  const { instance, requester, extraTags = {} } = origin;
  return present({
    Name: imageName(origin.target, origin.runId),
    [TAG.run]: origin.runId,
    [TAG.target]: origin.target,
    [TAG.mode]: origin.mode,
    [TAG.schedule]: isPerson(requester) ? undefined : requester.schedule,
    [TAG.createdAt]: new Date(origin.createdAt).toISOString(),
    [TAG.requester]: isPerson(requester) ? `${requester.teamId}/${requester.userId}` : undefined,
    [TAG.sourceInstance]: instance.instanceId,
    ...extraTags,
    [TAG.privateIp]: instance.privateIp,
    [TAG.publicIp]: instance.publicIp,
    [TAG.publicKind]: instance.publicIp === undefined ? undefined : instance.publicKind,
    [TAG.instanceType]: instance.type,
    [TAG.zone]: instance.zone,
    [TAG.vpc]: instance.vpcId,
    [TAG.subnet]: instance.subnetId,
    ...packed(TAG.securityGroups, instance.securityGroupIds),
    [TAG.key]: instance.keyName,
    [TAG.profile]: instance.profileArn,
    [TAG.hostname]: origin.hostname,
    [TAG.machineName]: instance.name,
    [TAG.metadata]: instance.metadata === undefined ? undefined : metadataText(instance.metadata),
    [TAG.ebsOptimized]: instance.ebsOptimized === undefined ? undefined : String(instance.ebsOptimized),
    [TAG.note]: origin.note === undefined ? undefined : cutToValue(oneLine(origin.note)),
    ...packed(TAG.traits, pairs(instance.traits ?? {}).items),
    ...packed(
      TAG.volumes,
      instance.volumes.map((volume) => `${volume.volumeId}=${volume.device}`),
    ),
    ...machineTags(instance.tags ?? {}),
  });
}

/** The machine's own tags, for the machine that takes its place; the last item tells how many found no room. */
function machineTags(tags: Record<string, string>): Record<string, string> {
  const own = Object.entries(tags).filter(
    ([key]) => !isOfAws(key) && !key.startsWith('circleci-backup:') && key !== 'Name',
  );
  const { items, left } = pairs(Object.fromEntries(own));
  const kept = [...items];
  const values = () => {
    const missing = left + items.length - kept.length;
    return packed(TAG.machineTags, [...kept, ...(missing === 0 ? [] : [`+${missing}`])]);
  };
  while (Object.keys(values()).length > MACHINE_TAG_VALUES) kept.pop();
  return values();
}

/** `key=value` each, without spaces and within one tag's value; how many are too long for that. */
function pairs(record: Record<string, string | undefined>): { items: string[]; left: number } {
  const all = Object.entries(record).flatMap(([key, value]) =>
    value === undefined ? [] : [`${encoded(key)}=${encoded(value)}`],
  );
  const items = all.filter((item) => item.length <= VALUE_MAX);
  return { items, left: all.length - items.length };
}

function encoded(text: string): string {
  // A lone surrogate cannot be encoded, and EC2 takes none.
  return encodeURIComponent(text.toWellFormed());
}

function unpairs(items: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    items.flatMap((item) => {
      const at = item.indexOf('=');
      try {
        return at <= 0
          ? []
          : [[decodeURIComponent(item.slice(0, at)), decodeURIComponent(item.slice(at + 1))]];
      } catch {
        // Somebody has changed the tag: what cannot be read is not there.
        return [];
      }
    }),
  );
}

/** Tags of each snapshot at its creation: enough to prove whose it is. */
export function snapshotTags(origin: BackupOrigin): Record<string, string> {
  return {
    ...origin.extraTags,
    Name: imageName(origin.target, origin.runId),
    [TAG.run]: origin.runId,
    [TAG.target]: origin.target,
    [TAG.sourceInstance]: origin.instance.instanceId,
  };
}

/** Tags added when the run ends. */
export function outcomeTags(result: Omit<BackupResult, 'finishedAt'>): Record<string, string> {
  return present({
    [TAG.outcome]: result.outcome,
    [TAG.problem]: result.problem?.code,
    ...packed(
      TAG.snapshots,
      result.volumes.flatMap((v) => (v.snapshotId === undefined ? [] : [`${v.volumeId}=${v.snapshotId}`])),
    ),
    [TAG.addedBytes]: result.added.known ? String(result.added.bytes) : undefined,
    [TAG.totalBytes]: result.totalBytes === undefined ? undefined : String(result.totalBytes),
    [TAG.mode]: result.mode,
    [TAG.downtime]:
      result.app?.downtimeMs === undefined ? undefined : String(Math.round(result.app.downtimeMs / 1000)),
  });
}

/** Reads an image as a backup of ours; undefined for an image that does not carry our tags in full. */
export function parseEntry(image: ImageFacts): CatalogueEntry | undefined {
  const { tags } = image;
  const backupId = tags[TAG.run];
  const target = tags[TAG.target];
  const source = tags[TAG.sourceInstance];
  const createdAt = timeOf(tags[TAG.createdAt], image.createdAt);
  if (!backupId || !target || !source || createdAt === undefined) return undefined;
  const outcome = tags[TAG.outcome];
  const mode = tags[TAG.mode];
  const disabledAt = Date.parse(tags[TAG.disabledAt] ?? '');
  return {
    backupId,
    target,
    imageId: image.imageId,
    imageState: image.state,
    mode: isMode(mode) ? mode : 'live',
    createdAt,
    ...(image.sourceInstanceId === undefined ? {} : { sourceInstanceId: image.sourceInstanceId }),
    held: tags[TAG.held] !== undefined,
    doubts: doubtsOf(image, {
      imageName: imageName(target, backupId),
      sourceInstanceId: source,
      missingTags: [
        ...(isMode(mode) ? [] : [TAG.mode]),
        ...(Number.isNaN(Date.parse(tags[TAG.createdAt] ?? '')) ? [TAG.createdAt] : []),
      ],
    }),
    snapshots: snapshotsByVolume(tags),
    source: {
      securityGroupIds: unpacked(TAG.securityGroups, tags),
      ...textTag('privateIp', tags[TAG.privateIp]),
      ...textTag('publicIp', tags[TAG.publicIp]),
      ...textTag('type', tags[TAG.instanceType]),
      ...textTag('zone', tags[TAG.zone]),
      ...textTag('subnetId', tags[TAG.subnet]),
      ...textTag('keyName', tags[TAG.key]),
      ...textTag('profileArn', tags[TAG.profile]),
      ...textTag('hostname', tags[TAG.hostname]),
      ...textTag('name', tags[TAG.machineName]),
      ...textTag('vpcId', tags[TAG.vpc]),
      ...(tags[TAG.metadata] === undefined ? {} : { metadata: parseMetadata(tags[TAG.metadata] ?? '') }),
      ...(isTruth(tags[TAG.ebsOptimized]) ? { ebsOptimized: tags[TAG.ebsOptimized] === 'true' } : {}),
      ...kindTag(tags[TAG.publicKind]),
      ...traitsTag(unpacked(TAG.traits, tags)),
      ...volumesTag(unpacked(TAG.volumes, tags)),
      ...machineTagsTag(unpacked(TAG.machineTags, tags)),
    },
    ...(image.mappings.length === 0 && image.needs === undefined
      ? {}
      : {
          image: {
            mappings: image.mappings,
            ...(image.needs === undefined ? {} : { needs: image.needs }),
          },
        }),
    ...(isOutcome(outcome) ? { outcome } : {}),
    ...(outcome === 'failed' && tags[TAG.problem] === 'canceled' ? { isCanceled: true as const } : {}),
    ...(image.isProtected === true ? { isProtected: true } : {}),
    ...(Number.isNaN(disabledAt) ? {} : { disabledAt }),
    ...textTag('schedule', tags[TAG.schedule]),
    ...textTag('heldBy', tags[TAG.held] || undefined),
    ...numberTag('addedBytes', tags[TAG.addedBytes]),
    ...numberTag('totalBytes', tags[TAG.totalBytes]),
    ...numberTag('downtimeSeconds', tags[TAG.downtime]),
    ...textTag('requester', tags[TAG.requester]),
    ...textTag('note', tags[TAG.note]),
    ...textTag('verifiedAt', tags[TAG.verifiedAt]),
  };
}

/** From the request of a backup to its image: a quiesced one waits for builds to end. */
const REQUESTED_BEFORE_MS = 2 * 3_600_000;

/**
 * When a backup was asked for, by its tag, where EC2's own time of the image agrees; else that time. So neither a damaged tag
 * hides a backup, nor an edited one makes it younger.
 */
function timeOf(tag: string | undefined, ofImage: string | undefined): number | undefined {
  const [asked, made] = [Date.parse(tag ?? ''), Date.parse(ofImage ?? '')];
  if (Number.isNaN(made)) return Number.isNaN(asked) ? undefined : asked;
  return asked <= made && made - asked <= REQUESTED_BEFORE_MS ? asked : made;
}

/** A backup one could restore, as far as the catalogue knows. One that is not proven to be ours is none, whatever it says. */
export function isComplete(entry: CatalogueEntry): boolean {
  return entry.outcome === 'complete' && entry.imageState === 'available' && entry.doubts.length === 0;
}

/** How its run ended, for whoever counts or shows it; undefined where nobody has said it. */
export function endingOf({ outcome, isCanceled }: CatalogueEntry): BackupEnding | undefined {
  return isCanceled === true ? 'canceled' : outcome;
}

/** Newest first; equal times by id, so that the order never depends on EC2's. */
export function newestFirst(entries: readonly CatalogueEntry[]): CatalogueEntry[] {
  return [...entries].sort((a, b) => b.createdAt - a.createdAt || (a.backupId < b.backupId ? 1 : -1));
}

/** Newest first, and after all others those that are not proven to be a target's own. */
export function provenFirst(entries: readonly CatalogueEntry[]): CatalogueEntry[] {
  return newestFirst(entries).sort((a, b) => Number(a.doubts.length > 0) - Number(b.doubts.length > 0));
}

function kindTag(word: string | undefined): { publicKind?: PublicKind } {
  return word === 'elastic' || word === 'own' ? { publicKind: word } : {};
}

function traitsTag(items: readonly string[]): { traits?: Traits } {
  const read = unpairs(items);
  const known = TRAITS.flatMap((trait) => (read[trait] === undefined ? [] : [[trait, oneLine(read[trait])]]));
  return known.length === 0 ? {} : { traits: Object.fromEntries(known) };
}

function volumesTag(items: readonly string[]): { volumes?: AttachedVolume[] } {
  const volumes = items.map(splitPair).map(([volumeId, device]) => ({ volumeId, device }));
  return volumes.length === 0 ? {} : { volumes };
}

function machineTagsTag(items: readonly string[]): { tags?: Record<string, string>; tagsLeftOut?: number } {
  if (items.length === 0) return {};
  const [, left] = /^\+(\d{1,3})$/.exec(items.at(-1) ?? '') ?? [];
  return { tags: unpairs(items), ...(left === undefined ? {} : { tagsLeftOut: Number(left) }) };
}

/** Snapshot ids by volume id, read back from `volumes=snapshots` pairs of an image's tags. */
function snapshotsByVolume(tags: Record<string, string>): Record<string, string> {
  return Object.fromEntries(unpacked(TAG.snapshots, tags).map((pair) => splitPair(pair)));
}

function splitPair(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
}

/** A list that does not fit into one value goes on in `<key>-2`, `<key>-3`. */
function packed(key: string, items: readonly string[]): Record<string, string> {
  const values: string[] = [];
  for (const item of items) {
    const last = values.at(-1);
    if (last !== undefined && last.length + 1 + item.length <= VALUE_MAX)
      values[values.length - 1] = `${last} ${item}`;
    else values.push(item);
  }
  return Object.fromEntries(values.map((value, i) => [i === 0 ? key : `${key}-${i + 1}`, value]));
}

function unpacked(key: string, tags: Record<string, string>): string[] {
  const items: string[] = [];
  for (let i = 1; ; i += 1) {
    const value = tags[i === 1 ? key : `${key}-${i}`];
    if (value === undefined) return items;
    items.push(...value.split(' ').filter(Boolean));
  }
}

function present(tags: Record<string, string | undefined>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [key, value] of Object.entries(tags)) {
    // EC2 refuses the whole image for one long value, and half an ARN is worse than none.
    if (value !== undefined && value !== '' && value.length <= VALUE_MAX) kept[key] = value;
  }
  return kept;
}

function isOutcome(text: string | undefined): text is Outcome {
  return text === 'complete' || text === 'partial' || text === 'failed';
}

function isTruth(text: string | undefined): boolean {
  return text === 'true' || text === 'false';
}

function isMode(text: string | undefined): text is BackupMode {
  return text === 'live' || text === 'quiesced' || text === 'reboot';
}

function numberTag<K extends string>(key: K, value: string | undefined): { [P in K]?: number } {
  return value !== undefined && /^\d+$/.test(value)
    ? ({ [key]: Number(value) } as { [P in K]?: number })
    : {};
}

function textTag<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: string });
}
