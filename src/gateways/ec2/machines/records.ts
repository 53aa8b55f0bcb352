import type {
  Address,
  Instance,
  InstanceStatus,
  InstanceTypeInfo,
  NetworkInterface,
  ReplaceRootVolumeTask,
  Subnet as SubnetRecord,
  Volume,
} from '@aws-sdk/client-ec2';
import { TAG } from '../../../core/catalogue/tags.ts';
import type { ImageNeeds } from '../../../core/model/image.ts';
import type {
  AddressHolder,
  ElasticAddress,
  KeptRoot,
  MachineChecks,
  MachineFacts,
  MachineVolume,
  RootTask,
  Subnet,
  TaggedVolume,
} from '../../../core/model/machine-facts.ts';
import { instanceFacts, metadata, rawTags, tagRecord, text, volumeKind } from '../facts.ts';

const GIB = 1024 ** 3;

/** `addresses` are Elastic IPs that this instance may have. */
export function machineFacts(instance: Instance, addresses: readonly ElasticAddress[]): MachineFacts {
  const root = (instance.BlockDeviceMappings ?? []).find(
    (mapping) => mapping.DeviceName !== undefined && mapping.DeviceName === instance.RootDeviceName,
  );
  const own = addresses.find((address) => address.instanceId === instance.InstanceId);
  const { Message: said = '', Code: code = '' } = instance.StateReason ?? {};
  // The code decides what to do about it, and EC2 repeats it in its message mostly, but not always.
  const reason = said === '' || said.startsWith(code) ? said || code : `${code}: ${said}`;
  return {
    ...instanceFacts(instance),
    tags: rawTags(instance.Tags),
    metadata: metadata(instance.MetadataOptions),
    ebsOptimized: instance.EbsOptimized === true,
    ...text('rootDevice', instance.RootDeviceName),
    ...text('rootVolumeId', root?.Ebs?.VolumeId),
    ...text('architecture', instance.Architecture),
    ...text('stateReason', reason),
    ...(instance.Operator?.Managed === true ? { operator: instance.Operator.Principal ?? 'unknown' } : {}),
    ...(instance.LaunchTime === undefined ? {} : { launchedAt: instance.LaunchTime.getTime() }),
    ...(own?.associationId === undefined
      ? {}
      : {
          address: {
            allocationId: own.allocationId,
            associationId: own.associationId,
            publicIp: own.publicIp,
          },
        }),
  };
}

export function machineChecks(status: InstanceStatus): MachineChecks {
  return {
    state: status.InstanceState?.Name ?? 'unknown',
    system: status.SystemStatus?.Status ?? 'unknown',
    instance: status.InstanceStatus?.Status ?? 'unknown',
    ebs: status.AttachedEbsStatus?.Status ?? 'unknown',
  };
}

export function elasticAddress(address: Address): ElasticAddress {
  return {
    allocationId: address.AllocationId ?? '',
    publicIp: address.PublicIp ?? '',
    tags: tagRecord(address.Tags),
    ...text('associationId', address.AssociationId),
    ...text('instanceId', address.InstanceId),
    ...text('networkInterfaceId', address.NetworkInterfaceId),
  };
}

export function subnetFacts(subnet: SubnetRecord): Subnet {
  return {
    subnetId: subnet.SubnetId ?? '',
    vpcId: subnet.VpcId ?? '',
    zone: subnet.AvailabilityZone ?? '',
    freeAddresses: subnet.AvailableIpAddressCount ?? 0,
    ...(subnet.MapPublicIpOnLaunch === undefined ? {} : { mapsPublicIp: subnet.MapPublicIpOnLaunch }),
    ...text('name', tagRecord(subnet.Tags).Name),
    ...text('cidr', subnet.CidrBlock),
  };
}

/** Why an image cannot run on this type; undefined where nothing that EC2 tells speaks against it. */
export function whyUnfit(
  type: InstanceTypeInfo,
  { architecture, virtualization, ena, bootMode, tpm, volumes }: ImageNeeds & { volumes: number },
): string | undefined {
  const lacks = (supported: readonly string[] | undefined, needed: string | undefined) =>
    needed !== undefined && supported !== undefined && supported.length > 0 && !supported.includes(needed);
  if (lacks(type.ProcessorInfo?.SupportedArchitectures, architecture))
    return `the backup’s image is for ${architecture} processors`;
  if (lacks(type.SupportedVirtualizationTypes, virtualization))
    return `the backup’s image is of the kind ${virtualization}`;
  if (type.NetworkInfo?.EnaSupport === 'required' && ena === false)
    return 'the backup’s image has no driver for its network card (ENA)';
  // “uefi-preferred” starts on either.
  if (bootMode !== 'uefi-preferred' && lacks(type.SupportedBootModes, bootMode))
    return `the backup’s image starts by ${bootMode} alone`;
  if (tpm !== undefined && type.NitroTpmSupport === 'unsupported')
    return 'the backup’s image needs a NitroTPM';
  const most = type.EbsInfo?.MaximumEbsAttachments;
  if (most !== undefined && volumes > most) return `it takes ${most} volumes, and the backup has ${volumes}`;
  return undefined;
}

export function addressHolder(found: NetworkInterface): AddressHolder {
  return {
    networkInterfaceId: found.NetworkInterfaceId ?? '',
    status: found.Status ?? 'unknown',
    ...text('instanceId', found.Attachment?.InstanceId),
    ...text('description', found.Description),
  };
}

export function taggedVolume(volume: Volume): TaggedVolume {
  return {
    volumeId: volume.VolumeId ?? '',
    state: volume.State ?? 'unknown',
    zone: volume.AvailabilityZone ?? '',
    bytes: (volume.Size ?? 0) * GIB,
    tags: tagRecord(volume.Tags),
    ...text('instanceId', volume.Attachments?.[0]?.InstanceId),
    ...text('snapshotId', volume.SnapshotId),
    ...(volume.CreateTime === undefined ? {} : { createdAt: volume.CreateTime.getTime() }),
  };
}

export function machineVolume(volume: Volume): MachineVolume {
  const facts = taggedVolume(volume);
  const at = volume.Attachments?.[0];
  return {
    ...facts,
    device: at?.Device ?? '',
    type: 'unknown',
    ...volumeKind(volume),
  };
}

export function keptRoot(volume: Volume): KeptRoot {
  const facts = taggedVolume(volume);
  return {
    ...facts,
    runId: facts.tags[TAG.replacedBy] ?? '',
    ...time('replacedAt', facts.tags[TAG.replacedAt]),
  };
}

export function rootTask(task: ReplaceRootVolumeTask): RootTask {
  return {
    taskId: task.ReplaceRootVolumeTaskId ?? '',
    instanceId: task.InstanceId ?? '',
    state: task.TaskState ?? 'unknown',
    tags: tagRecord(task.Tags),
    ...text('imageId', task.ImageId),
    ...time('startedAt', task.StartTime),
    ...time('completedAt', task.CompleteTime),
  };
}

/** These times come as texts. */
function time<K extends string>(key: K, value: string | undefined): { [P in K]?: number } {
  const ms = Date.parse(value ?? '');
  return Number.isNaN(ms) ? {} : ({ [key]: ms } as { [P in K]?: number });
}
