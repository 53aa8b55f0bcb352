import type {
  AssociateAddressCommandInput,
  CreateReplaceRootVolumeTaskCommandInput,
  DescribeInstanceStatusCommandInput,
  DescribeInstancesCommandInput,
  DescribeInstanceTypeOfferingsCommandInput,
  DescribeInstanceTypesCommandInput,
  DescribeNetworkInterfacesCommandInput,
  DescribeSubnetsCommandInput,
  DescribeVolumesCommandInput,
  InstanceMetadataOptionsRequest,
  ModifyInstanceAttributeCommandInput,
  RunInstancesCommandInput,
  _InstanceType as TypeName,
  VolumeType,
} from '@aws-sdk/client-ec2';
import { TAG } from '../../../core/catalogue/tags.ts';
import { defined } from '../../../core/model/defined.ts';
import type { MetadataOptions, PlannedVolume } from '../../../core/model/machine-facts.ts';
import type { LaunchRequest, RootReplacement } from '../../../core/ports/ec2-machines.ts';
import { tagList } from '../facts.ts';

/**
 * One machine, never with user data (DESIGN, promise 6). The interface is written out because only there a public address
 * can be asked for; subnet, groups and private address then belong there too (API reference, RunInstances).
 */
export function runInstances(request: LaunchRequest): RunInstancesCommandInput {
  const { runId, privateIp, publicAddress, keyName, profileArn, metadata, ebsOptimized } = request;
  return {
    ClientToken: request.clientToken,
    ImageId: request.imageId,
    InstanceType: typeName(request.type),
    MinCount: 1,
    MaxCount: 1,
    DisableApiTermination: true,
    InstanceInitiatedShutdownBehavior: 'stop',
    NetworkInterfaces: [
      {
        DeviceIndex: 0,
        SubnetId: request.subnetId,
        Groups: [...request.securityGroupIds],
        ...defined({ PrivateIpAddress: privateIp, AssociatePublicIpAddress: publicAddress }),
      },
    ],
    ...blockDevices(request.volumes ?? []),
    ...defined({ KeyName: keyName }),
    ...(profileArn === undefined ? {} : { IamInstanceProfile: { Arn: profileArn } }),
    ...defined({ EbsOptimized: ebsOptimized }),
    ...(metadata === undefined ? {} : { MetadataOptions: metadataOptions(metadata) }),
    TagSpecifications: [
      { ResourceType: 'instance', Tags: tagList({ ...request.tags, [TAG.run]: runId }) },
      { ResourceType: 'volume', Tags: tagList({ ...request.volumeTags, [TAG.run]: runId }) },
    ],
  };
}

/** Of an image's device only what is named here is another than the image says (EC2 user guide, block device mappings). */
function blockDevices(
  volumes: readonly PlannedVolume[],
): Pick<RunInstancesCommandInput, 'BlockDeviceMappings'> {
  const asked = volumes.flatMap(({ device, type, iops, throughput, ask }) =>
    ask === undefined
      ? []
      : [
          {
            DeviceName: device,
            Ebs: {
              VolumeType: type as VolumeType,
              DeleteOnTermination: ask.deletedWithMachine,
              ...defined({ SnapshotId: ask.snapshotId, Iops: iops, Throughput: throughput }),
            },
          },
        ],
  );
  return asked.length === 0 ? {} : { BlockDeviceMappings: asked };
}

/** The SDK's list of types is as old as the SDK; EC2 decides what exists. */
function typeName(type: string): TypeName {
  return type as TypeName;
}

function metadataOptions(given: MetadataOptions): InstanceMetadataOptionsRequest {
  const { httpTokens, httpEndpoint, instanceMetadataTags, httpPutResponseHopLimit } = given;
  return {
    ...(httpTokens === 'required' || httpTokens === 'optional' ? { HttpTokens: httpTokens } : {}),
    ...defined({ HttpPutResponseHopLimit: httpPutResponseHopLimit }),
    ...(isSwitch(httpEndpoint) ? { HttpEndpoint: httpEndpoint } : {}),
    ...(isSwitch(instanceMetadataTags) ? { InstanceMetadataTags: instanceMetadataTags } : {}),
  };
}

function isSwitch(word: string | undefined): word is 'enabled' | 'disabled' {
  return word === 'enabled' || word === 'disabled';
}

/** A filter rather than an id: an id that EC2 does not know (yet) would be an error. */
export function describeMachine(instanceId: string): DescribeInstancesCommandInput {
  return { Filters: [{ Name: 'instance-id', Values: [instanceId] }] };
}

/** Every state but `terminated`. */
const ALIVE = ['pending', 'running', 'stopping', 'stopped', 'shutting-down'];

/** Its client tokens are the run's id, and that with a number behind it; `isLaunchOf` says which of the answers are. */
export function describeLaunchesOf(runId: string): DescribeInstancesCommandInput {
  return { Filters: [{ Name: 'client-token', Values: [runId, `${runId}-*`] }] };
}

export function describeMachinesTagged(runId: string): DescribeInstancesCommandInput {
  return {
    Filters: [
      { Name: `tag:${TAG.run}`, Values: [runId] },
      { Name: 'instance-state-name', Values: ALIVE },
    ],
  };
}

/** Without `IncludeAllInstances` only running ones are told of. */
export function describeStatus(instanceId: string): DescribeInstanceStatusCommandInput {
  return { InstanceIds: [instanceId], IncludeAllInstances: true };
}

export function terminationProtection(
  instanceId: string,
  isOn: boolean,
): ModifyInstanceAttributeCommandInput {
  return { InstanceId: instanceId, DisableApiTermination: { Value: isOn } };
}

export function describeVolumesOfRun(runId: string): DescribeVolumesCommandInput {
  return { Filters: [{ Name: `tag:${TAG.run}`, Values: [runId] }] };
}

export function describeKeptRoots(instanceId: string): DescribeVolumesCommandInput {
  return { Filters: [{ Name: `tag:${TAG.rootOf}`, Values: [instanceId] }] };
}

export function describeHolder(privateIp: string, subnetId: string): DescribeNetworkInterfacesCommandInput {
  return {
    Filters: [
      { Name: 'addresses.private-ip-address', Values: [privateIp] },
      { Name: 'subnet-id', Values: [subnetId] },
    ],
  };
}

export function describeSubnets(by: { vpcId: string } | { subnetId: string }): DescribeSubnetsCommandInput {
  return 'vpcId' in by
    ? { Filters: [{ Name: 'vpc-id', Values: [by.vpcId] }] }
    : { Filters: [{ Name: 'subnet-id', Values: [by.subnetId] }] };
}

export function describeOfferings(
  zone: string,
  types: readonly string[],
): DescribeInstanceTypeOfferingsCommandInput {
  return {
    LocationType: 'availability-zone',
    Filters: [
      { Name: 'location', Values: [zone] },
      { Name: 'instance-type', Values: [...types] },
    ],
  };
}

/** A filter rather than names: a type that EC2 does not know would be an error. */
export function describeTypes(types: readonly string[]): DescribeInstanceTypesCommandInput {
  return { Filters: [{ Name: 'instance-type', Values: [...types] }] };
}

/** `AllowReassociation` is always sent: EC2's default takes the address from whoever has it (facts: ec2.md). */
export function associateAddress(move: {
  allocationId: string;
  instanceId: string;
  allowReassociation: boolean;
}): AssociateAddressCommandInput {
  return {
    AllocationId: move.allocationId,
    InstanceId: move.instanceId,
    AllowReassociation: move.allowReassociation,
  };
}

/** `DeleteReplacedRootVolume` is always sent: the old root volume is the way back. */
export function replaceRoot(request: RootReplacement): CreateReplaceRootVolumeTaskCommandInput {
  const { source } = request;
  return {
    InstanceId: request.instanceId,
    ClientToken: request.clientToken,
    DeleteReplacedRootVolume: false,
    ...('imageId' in source ? { ImageId: source.imageId } : {}),
    ...('snapshotId' in source ? { SnapshotId: source.snapshotId } : {}),
    ...('volumeId' in source ? { VolumeId: source.volumeId } : {}),
    TagSpecifications: [
      {
        ResourceType: 'replace-root-volume-task',
        Tags: tagList({ [TAG.run]: request.runId, [TAG.token]: request.clientToken }),
      },
    ],
  };
}

/** How the old root volume is found again. */
export function keptRootTags(request: RootReplacement): Record<string, string> {
  return {
    Name: request.oldRoot.name,
    [TAG.rootOf]: request.instanceId,
    [TAG.replacedBy]: request.runId,
  };
}
