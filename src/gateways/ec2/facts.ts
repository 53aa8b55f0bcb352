import type {
  DeleteSnapshotReturnCode,
  Image,
  Instance,
  InstanceMetadataOptionsResponse,
  Snapshot,
  Tag,
} from '@aws-sdk/client-ec2';
import { otherToolOf } from '../../core/catalogue/ownership.ts';
import { madeFor } from '../../core/catalogue/proof.ts';
import { ID_TAGS, TAG } from '../../core/catalogue/tags.ts';
import type { ImageFacts, ImageNeeds, SnapshotFacts, VolumeKind } from '../../core/model/image.ts';
import type { InstanceFacts, MetadataOptions, PublicKind, Trait, Traits } from '../../core/model/instance.ts';
import type { SnapshotDeletion, TaggedSnapshot } from '../../core/ports/ec2.ts';
import { LINE_MAX, oneLine } from '../../core/text/text.ts';

const GIB = 1024 ** 3;

/** IAM tells resource names (ARNs) of up to this length. */
const ARN_MAX = 1_000;

/** The tags as EC2 has them: to be compared and carried on, never to be shown. */
export function rawTags(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries(
    (tags ?? []).flatMap(({ Key, Value = '' }): [string, string][] =>
      Key === undefined ? [] : [[Key, Value]],
    ),
  );
}

/**
 * The tags as they may be shown, each value one clean line. What names something by an id must not become that id by
 * being cleaned: such a tag counts as missing, and so does one whose key holds what nobody sees.
 */
export function tagRecord(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(rawTags(tags)).flatMap(([key, raw]): [string, string][] => {
      const value = oneLine(raw, LINE_MAX);
      const isForged = key !== oneLine(key) || (value !== raw && ID_TAGS.has(key));
      return isForged ? [] : [[key, value]];
    }),
  );
}

export function tagList(tags: Record<string, string>): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

export function instanceFacts(instance: Instance): InstanceFacts {
  return {
    instanceId: instance.InstanceId ?? '',
    state: instance.State?.Name ?? 'unknown',
    type: instance.InstanceType ?? 'unknown',
    securityGroupIds: (instance.SecurityGroups ?? []).flatMap((group) => group.GroupId ?? []),
    volumes: (instance.BlockDeviceMappings ?? []).flatMap((mapping) =>
      mapping.Ebs?.VolumeId === undefined || mapping.DeviceName === undefined
        ? []
        : [{ volumeId: mapping.Ebs.VolumeId, device: oneLine(mapping.DeviceName, LINE_MAX) }],
    ),
    ...text('name', tagRecord(instance.Tags).Name),
    ...text('zone', instance.Placement?.AvailabilityZone),
    ...text('privateIp', instance.PrivateIpAddress),
    ...text('publicIp', instance.PublicIpAddress),
    ...text('subnetId', instance.SubnetId),
    ...text('vpcId', instance.VpcId),
    ...text('keyName', instance.KeyName),
    ...text('profileArn', instance.IamInstanceProfile?.Arn, ARN_MAX),
    ...text('imageId', instance.ImageId),
    ...text('clientToken', instance.ClientToken),
    ...(instance.MetadataOptions === undefined ? {} : { metadata: metadata(instance.MetadataOptions) }),
    ...(instance.EbsOptimized === undefined ? {} : { ebsOptimized: instance.EbsOptimized }),
    ...publicKind(instance),
    ...(instance.Tags === undefined ? {} : { tags: rawTags(instance.Tags) }),
    ...traits(instance),
  };
}

/** EC2 names itself as the owner of an address that comes and goes with the machine (API reference, `IpOwnerId`). */
function publicKind({ PublicIpAddress: ip, NetworkInterfaces: all = [] }: Instance): {
  publicKind?: PublicKind;
} {
  const association = all.map((one) => one.Association).find((one) => one?.PublicIp === ip);
  if (ip === undefined || association?.IpOwnerId === undefined) return {};
  return { publicKind: /^amazon/.test(association.IpOwnerId) ? 'own' : 'elastic' };
}

function traits(instance: Instance): { traits?: Traits } {
  const [first, ...further] = [...(instance.NetworkInterfaces ?? [])].sort(
    (a, b) => (a.Attachment?.DeviceIndex ?? 0) - (b.Attachment?.DeviceIndex ?? 0),
  );
  const all = [first, ...further].flatMap((one) => one ?? []);
  const secondary = all.flatMap((one) =>
    (one.PrivateIpAddresses ?? []).flatMap((each) =>
      one === first && each.Primary === true ? [] : (each.PrivateIpAddress ?? []),
    ),
  );
  const ipv6 = all.flatMap((one) => (one.Ipv6Addresses ?? []).flatMap((each) => each.Ipv6Address ?? []));
  const { Placement: place, CpuOptions: cpu } = instance;
  const found: [Trait, string | undefined][] = [
    ['interfaces', further.map((one) => one.NetworkInterfaceId).join(',')],
    ['private-addresses', secondary.join(',')],
    ['ipv6', (ipv6.length > 0 ? ipv6 : [instance.Ipv6Address ?? '']).join(',')],
    ['tenancy', unless('default', place?.Tenancy)],
    ['host', place?.HostId],
    ['placement-group', place?.GroupName],
    ['capacity-reservation', instance.CapacityReservationId],
    ['lifecycle', instance.InstanceLifecycle],
    ['monitoring', unless('disabled', instance.Monitoring?.State)],
    ['source-dest-check', instance.SourceDestCheck === false ? 'off' : undefined],
    // EC2 tells it in another call, which the bot may not make.
    ['credits', /^t\d/.test(instance.InstanceType ?? '') ? 'unknown' : undefined],
    ['cpu-options', cpu?.ThreadsPerCore === 1 ? `${cpu.CoreCount} cores of one thread` : undefined],
    ['hibernation', instance.HibernationOptions?.Configured === true ? 'on' : undefined],
    ['enclave', instance.EnclaveOptions?.Enabled === true ? 'on' : undefined],
  ];
  const known = found.flatMap(([trait, value = '']) =>
    value === '' ? [] : [[trait, oneLine(value, LINE_MAX)]],
  );
  return known.length === 0 ? {} : { traits: Object.fromEntries(known) };
}

function unless(usual: string, word: string | undefined): string | undefined {
  return word === usual ? undefined : word;
}

const IOPS = new Set(['gp3', 'io1', 'io2']);

/** EC2 tells the operations of a gp2 volume as well, and takes them from nobody. */
export function volumeKind(given: {
  VolumeType?: string | undefined;
  Iops?: number | undefined;
  Throughput?: number | undefined;
}): Partial<VolumeKind> {
  const { VolumeType: type, Iops: iops, Throughput: throughput } = given;
  if (type === undefined) return {};
  return {
    type,
    ...(iops === undefined || !IOPS.has(type) ? {} : { iops }),
    ...(throughput === undefined || type !== 'gp3' ? {} : { throughput }),
  };
}

export function metadata(given: InstanceMetadataOptionsResponse | undefined): MetadataOptions {
  return {
    ...text('httpTokens', given?.HttpTokens),
    ...text('httpEndpoint', given?.HttpEndpoint),
    ...text('instanceMetadataTags', given?.InstanceMetadataTags),
    ...(given?.HttpPutResponseHopLimit === undefined
      ? {}
      : { httpPutResponseHopLimit: given.HttpPutResponseHopLimit }),
  };
}

export function imageFacts(image: Image): ImageFacts {
  return {
    imageId: image.ImageId ?? '',
    name: oneLine(image.Name ?? '', LINE_MAX),
    state: image.State ?? 'unknown',
    tags: tagRecord(image.Tags),
    mappings: (image.BlockDeviceMappings ?? [])
      // Instance-store devices of the mapping (VirtualName) hold nothing that could be backed up.
      .filter((mapping) => mapping.Ebs !== undefined)
      .map((mapping) => ({
        device: oneLine(mapping.DeviceName ?? '', LINE_MAX),
        ...text('snapshotId', mapping.Ebs?.SnapshotId),
        ...(mapping.Ebs?.VolumeSize === undefined ? {} : { bytes: mapping.Ebs.VolumeSize * GIB }),
        ...(mapping.Ebs?.DeleteOnTermination === false ? { outlives: true as const } : {}),
        ...volumeKind(mapping.Ebs ?? {}),
      })),
    ...text('stateReason', image.StateReason?.Message ?? image.StateReason?.Code),
    ...text('createdAt', image.CreationDate),
    ...text('sourceInstanceId', image.SourceInstanceId),
    ...text('ownerAlias', image.ImageOwnerAlias),
    ...(image.Public === true ? { isPublic: true } : {}),
    ...(isProtected(image.DeregistrationProtection) ? { isProtected: true } : {}),
    ...needs(image),
  };
}

function needs(image: Image): { needs?: ImageNeeds } {
  const found: ImageNeeds = {
    ...text('architecture', image.Architecture),
    ...text('virtualization', image.VirtualizationType),
    ...(image.EnaSupport === undefined ? {} : { ena: image.EnaSupport }),
    ...text('bootMode', image.BootMode),
    ...text('tpm', image.TpmSupport),
  };
  return Object.keys(found).length === 0 ? {} : { needs: found };
}

/** EC2 says `disabled`, `enabled-with-cooldown` or `enabled-without-cooldown`; an unknown word counts as protected. */
function isProtected(protection: string | undefined): boolean {
  return protection !== undefined && protection !== '' && protection !== 'disabled';
}

export function snapshotFacts(snapshot: Snapshot): SnapshotFacts {
  return {
    snapshotId: snapshot.SnapshotId ?? '',
    volumeId: snapshot.VolumeId ?? '',
    state: snapshot.State ?? 'unknown',
    progress: Number.parseInt(snapshot.Progress ?? '0', 10) || 0,
    volumeBytes: (snapshot.VolumeSize ?? 0) * GIB,
    ...text('message', snapshot.StateMessage),
  };
}

/** A snapshot that carries our run tag. */
export function taggedSnapshot(snapshot: Snapshot): TaggedSnapshot {
  const tags = tagRecord(snapshot.Tags);
  return {
    snapshotId: snapshot.SnapshotId ?? '',
    runId: tags[TAG.run] ?? '',
    target: tags[TAG.target] ?? '',
    volumeBytes: (snapshot.VolumeSize ?? 0) * GIB,
    ...(tags[TAG.deleting] === undefined ? {} : { deleting: true }),
    ...made(madeFor(snapshot.Description)),
    ...text('otherTool', otherToolOf(tags)),
  };
}

function made(of: TaggedSnapshot['madeFor']): Pick<TaggedSnapshot, 'madeFor'> {
  return of === undefined ? {} : { madeFor: of };
}

/** What DeregisterImage says of each snapshot of the image; a missing word counts as an error of EC2's. */
export function snapshotDeletions(results: readonly DeleteSnapshotReturnCode[] = []): SnapshotDeletion[] {
  return results.flatMap(({ SnapshotId, ReturnCode }) =>
    SnapshotId === undefined
      ? []
      : [{ snapshotId: SnapshotId, result: oneLine(ReturnCode ?? 'internal-error', LINE_MAX) }],
  );
}

/** A text of EC2's as one clean line; none where nothing of it can be seen. */
export function text<K extends string>(
  key: K,
  value: string | undefined,
  max = LINE_MAX,
): { [P in K]?: string } {
  const line = oneLine(value ?? '', max);
  return line === '' ? {} : ({ [key]: line } as { [P in K]?: string });
}
