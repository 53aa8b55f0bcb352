import type { BackupMode, Outcome } from '../model/backup.ts';
import { defined } from '../model/defined.ts';
import type { ImageFacts } from '../model/image.ts';
import { type AttachedVolume, type PublicKind, TRAITS, type Traits } from '../model/instance.ts';
import { oneLine } from '../text/text.ts';
import { notedData } from './data-tags.ts';
import type { CatalogueEntry, FilesTag } from './entry.ts';
import { parseMetadata } from './metadata-text.ts';
import { doubtsOf } from './ownership.ts';
import { splitPair, unpacked, unpairs } from './tag-values.ts';
import { imageName, namedBackup, TAG } from './tags.ts';

const MODES: readonly BackupMode[] = ['live', 'quiesced', 'reboot'];
const OUTCOMES: readonly Outcome[] = ['complete', 'partial', 'failed'];
const PUBLIC_KINDS: readonly PublicKind[] = ['elastic', 'own'];

/**
 * Reads an image as a backup of ours. Which one it is its name says, which is given once, and only for another name its tags do;
 * undefined for an image that has neither.
 */
export function parseEntry(image: ImageFacts): CatalogueEntry | undefined {
  const { tags } = image;
  const named = namedBackup(image.name);
  const backupId = named?.backupId ?? tags[TAG.run];
  const target = named?.target ?? tags[TAG.target];
  const source = tags[TAG.sourceInstance];
  const createdAt = timeOf(tags[TAG.createdAt], image.createdAt);
  if (!backupId || !target || (named === undefined && !source) || createdAt === undefined) return undefined;
  const mode = oneOf(MODES, tags[TAG.mode]);
  const outcome = oneOf(OUTCOMES, tags[TAG.outcome]);
  const metadata = tags[TAG.metadata];
  const ebsOptimized = oneOf(['true', 'false'], tags[TAG.ebsOptimized]);
  const { mappings, needs } = image;
  return {
    backupId,
    target,
    imageId: image.imageId,
    imageState: image.state,
    mode: mode ?? 'live',
    createdAt,
    held: tags[TAG.held] !== undefined,
    doubts: doubtsOf(image, {
      imageName: imageName(tags[TAG.target] || target, tags[TAG.run] || backupId),
      sourceInstanceId: source || undefined,
      removedTags: [TAG.run, TAG.target, TAG.sourceInstance].filter((key) => !tags[key]),
      missingTags: [
        ...(mode === undefined ? [TAG.mode] : []),
        ...(timeIn(tags[TAG.createdAt]) === undefined ? [TAG.createdAt] : []),
      ],
    }),
    snapshots: snapshotsByVolume(tags),
    source: {
      securityGroupIds: unpacked(TAG.securityGroups, tags),
      ...defined({
        privateIp: tags[TAG.privateIp],
        publicIp: tags[TAG.publicIp],
        publicKind: oneOf(PUBLIC_KINDS, tags[TAG.publicKind]),
        type: tags[TAG.instanceType],
        zone: tags[TAG.zone],
        subnetId: tags[TAG.subnet],
        keyName: tags[TAG.key],
        profileArn: tags[TAG.profile],
        hostname: tags[TAG.hostname],
        name: tags[TAG.machineName],
        vpcId: tags[TAG.vpc],
        metadata: metadata === undefined ? undefined : parseMetadata(metadata),
        ebsOptimized: ebsOptimized === undefined ? undefined : ebsOptimized === 'true',
        traits: traitsIn(unpacked(TAG.traits, tags)),
        volumes: volumesIn(unpacked(TAG.volumes, tags)),
      }),
      ...machineTagsIn(unpacked(TAG.machineTags, tags)),
    },
    ...defined({
      outcome,
      sourceInstanceId: image.sourceInstanceId,
      image: mappings.length === 0 && needs === undefined ? undefined : { mappings, ...defined({ needs }) },
      isCanceled: outcome === 'failed' && tags[TAG.problem] === 'canceled' ? (true as const) : undefined,
      isProtected: image.isProtected || undefined,
      disabledAt: timeIn(tags[TAG.disabledAt]),
      schedule: tags[TAG.schedule],
      files: filesIn(tags[TAG.files]),
      heldBy: tags[TAG.held] || undefined,
      addedBytes: numberIn(tags[TAG.addedBytes]),
      totalBytes: numberIn(tags[TAG.totalBytes]),
      downtimeSeconds: numberIn(tags[TAG.downtime]),
      requester: tags[TAG.requester],
      note: tags[TAG.note],
      data: notedData(tags),
      verifiedAt: timeIn(tags[TAG.verifiedAt]),
    }),
  };
}

/** From the request of a backup to its image: a quiesced one waits for builds to end. */
const REQUESTED_BEFORE_MS = 2 * 3_600_000;

/**
 * When a backup was asked for, by its tag, where EC2's own time of the image agrees; else that time. So neither a damaged tag
 * hides a backup, nor an edited one makes it younger.
 */
function timeOf(tag: string | undefined, ofImage: string | undefined): number | undefined {
  const [asked, made] = [timeIn(tag), timeIn(ofImage)];
  if (asked === undefined || made === undefined) return made ?? asked;
  return asked <= made && made - asked <= REQUESTED_BEFORE_MS ? asked : made;
}

function timeIn(text: string | undefined): number | undefined {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}

function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function filesIn(text: string | undefined): FilesTag | undefined {
  const [, snapshotId, repository, files, bytes] =
    /^([0-9a-f]{64}) ([0-9a-f]{10}) (\d{1,15}) (\d{1,18})$/.exec(text ?? '') ?? [];
  return snapshotId === undefined || repository === undefined
    ? undefined
    : { snapshotId, repository, files: Number(files), bytes: Number(bytes) };
}

function oneOf<W extends string>(words: readonly W[], text: string | undefined): W | undefined {
  return words.find((word) => word === text);
}

function traitsIn(items: readonly string[]): Traits | undefined {
  const read = unpairs(items);
  const known = TRAITS.flatMap((trait) => (read[trait] === undefined ? [] : [[trait, oneLine(read[trait])]]));
  return known.length === 0 ? undefined : Object.fromEntries(known);
}

function volumesIn(items: readonly string[]): AttachedVolume[] | undefined {
  const volumes = items.map(splitPair).map(([volumeId, device]) => ({ volumeId, device }));
  return volumes.length === 0 ? undefined : volumes;
}

/** The last item may tell how many found no room. */
function machineTagsIn(items: readonly string[]): { tags?: Record<string, string>; tagsLeftOut?: number } {
  if (items.length === 0) return {};
  const [, left] = /^\+(\d{1,3})$/.exec(items.at(-1) ?? '') ?? [];
  return { tags: unpairs(items), ...(left === undefined ? {} : { tagsLeftOut: Number(left) }) };
}

/** Snapshot ids by volume id, read back from `volumes=snapshots` pairs of an image's tags. */
function snapshotsByVolume(tags: Record<string, string>): Record<string, string> {
  return Object.fromEntries(unpacked(TAG.snapshots, tags).map((pair) => splitPair(pair)));
}
