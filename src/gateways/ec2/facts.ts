import type {
  DeleteSnapshotReturnCode,
  Image,
  Instance,
  InstanceMetadataOptionsResponse,
  Snapshot,
  Tag,
} from '@aws-sdk/client-ec2';
import { TAG } from '../../core/catalogue/tags.ts';
import type { ImageFacts, SnapshotFacts } from '../../core/model/image.ts';
import type { InstanceFacts, MetadataOptions } from '../../core/model/instance.ts';
import type { SnapshotDeletion, TaggedSnapshot } from '../../core/ports/ec2.ts';

const GIB = 1024 ** 3;

export function tagRecord(tags: readonly Tag[] | undefined): Record<string, string> {
  const record: Record<string, string> = {};
  for (const tag of tags ?? []) if (tag.Key !== undefined) record[tag.Key] = tag.Value ?? '';
  return record;
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
        : [{ volumeId: mapping.Ebs.VolumeId, device: mapping.DeviceName }],
    ),
    ...text('name', tagRecord(instance.Tags).Name),
    ...text('zone', instance.Placement?.AvailabilityZone),
    ...text('privateIp', instance.PrivateIpAddress),
    ...text('publicIp', instance.PublicIpAddress),
    ...text('subnetId', instance.SubnetId),
    ...text('vpcId', instance.VpcId),
    ...text('keyName', instance.KeyName),
    ...text('profileArn', instance.IamInstanceProfile?.Arn),
    ...(instance.MetadataOptions === undefined ? {} : { metadata: metadata(instance.MetadataOptions) }),
    ...(instance.EbsOptimized === undefined ? {} : { ebsOptimized: instance.EbsOptimized }),
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
    name: image.Name ?? '',
    state: image.State ?? 'unknown',
    tags: tagRecord(image.Tags),
    mappings: (image.BlockDeviceMappings ?? [])
      // Instance-store devices of the mapping (VirtualName) hold nothing that could be backed up.
      .filter((mapping) => mapping.Ebs !== undefined)
      .map((mapping) => ({
        device: mapping.DeviceName ?? '',
        ...text('snapshotId', mapping.Ebs?.SnapshotId),
        ...(mapping.Ebs?.VolumeSize === undefined ? {} : { bytes: mapping.Ebs.VolumeSize * GIB }),
      })),
    ...text('stateReason', image.StateReason?.Message ?? image.StateReason?.Code),
    ...text('createdAt', image.CreationDate),
    ...text('sourceInstanceId', image.SourceInstanceId),
    ...text('ownerAlias', image.ImageOwnerAlias),
    ...(image.Public === true ? { isPublic: true } : {}),
    ...(isProtected(image.DeregistrationProtection) ? { isProtected: true } : {}),
  };
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
  };
}

/** What DeregisterImage says of each snapshot of the image; a missing word counts as an error of EC2's. */
export function snapshotDeletions(results: readonly DeleteSnapshotReturnCode[] = []): SnapshotDeletion[] {
  return results.flatMap(({ SnapshotId, ReturnCode }) =>
    SnapshotId === undefined ? [] : [{ snapshotId: SnapshotId, result: ReturnCode ?? 'internal-error' }],
  );
}

export function text<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return value === undefined || value === '' ? {} : ({ [key]: value } as { [P in K]?: string });
}
