import { createImage } from '../images/create-image.ts';
import { describeImages } from '../images/describe-images.ts';
import {
  deregisterImage,
  disableImage,
  disableImageDeregistrationProtection,
  enableImage,
  enableImageDeregistrationProtection,
} from '../images/images.ts';
import { deleteSnapshot, describeSnapshots } from '../images/snapshots.ts';
import { getConsoleOutput } from '../instances/console-output.ts';
import { describeInstanceAttribute, describeInstances } from '../instances/describe-instances.ts';
import { describeInstanceStatus } from '../instances/instance-status.ts';
import { describeInstanceTypeOfferings, describeInstanceTypes } from '../instances/instance-types.ts';
import { runInstances } from '../instances/launch.ts';
import {
  modifyInstanceAttribute,
  startInstances,
  stopInstances,
  terminateInstances,
} from '../instances/power.ts';
import { createReplaceRootVolumeTask, describeReplaceRootVolumeTasks } from '../instances/root-volumes.ts';
import { deleteVolume, describeVolumes } from '../instances/volumes.ts';
import { associateAddress, describeAddresses, disassociateAddress } from '../network/addresses.ts';
import { describeNetworkInterfaces } from '../network/interfaces.ts';
import { describeSubnets } from '../network/subnets.ts';
import type { State } from '../state.ts';
import { createTags, deleteTags } from '../tags.ts';
import { ApiError } from './errors.ts';
import type { Params } from './query.ts';
import type { Xml } from './xml.ts';

interface Action {
  /** The parameters it takes beside Action, Version and DryRun; others are refused. */
  params: readonly string[];
  run(state: State, params: Params): { [element: string]: Xml };
}

const PAGED = ['Filter', 'MaxResults', 'NextToken'];
const IMAGE = ['ImageId'];
const LAUNCH = [
  'BlockDeviceMapping',
  'ClientToken',
  'DisableApiTermination',
  'EbsOptimized',
  'IamInstanceProfile',
  'ImageId',
  'InstanceInitiatedShutdownBehavior',
  'InstanceType',
  'KeyName',
  'MaxCount',
  'MetadataOptions',
  'MinCount',
  'NetworkInterface',
  'PrivateIpAddress',
  'SecurityGroupId',
  'SubnetId',
  'TagSpecification',
  'UserData',
];

const ACTIONS: Record<string, Action> = {
  AssociateAddress: {
    params: ['AllocationId', 'InstanceId', 'AllowReassociation'],
    run: associateAddress,
  },
  CreateImage: {
    params: ['InstanceId', 'Name', 'Description', 'NoReboot', 'BlockDeviceMapping', 'TagSpecification'],
    run: createImage,
  },
  CreateReplaceRootVolumeTask: {
    params: [
      'InstanceId',
      'SnapshotId',
      'ImageId',
      'VolumeId',
      'ClientToken',
      'DeleteReplacedRootVolume',
      'TagSpecification',
    ],
    run: createReplaceRootVolumeTask,
  },
  CreateTags: { params: ['ResourceId', 'Tag'], run: createTags },
  DeleteSnapshot: { params: ['SnapshotId'], run: deleteSnapshot },
  DeleteTags: { params: ['ResourceId', 'Tag'], run: deleteTags },
  DeleteVolume: { params: ['VolumeId'], run: deleteVolume },
  DescribeAddresses: { params: ['Filter', 'AllocationId'], run: describeAddresses },
  DeregisterImage: { params: ['ImageId', 'DeleteAssociatedSnapshots'], run: deregisterImage },
  DescribeImages: {
    params: [...PAGED, 'ImageId', 'Owner', 'ExecutableBy', 'IncludeDeprecated', 'IncludeDisabled'],
    run: describeImages,
  },
  DescribeInstanceAttribute: { params: ['InstanceId', 'Attribute'], run: describeInstanceAttribute },
  DescribeInstanceStatus: {
    params: ['MaxResults', 'NextToken', 'InstanceId', 'IncludeAllInstances'],
    run: describeInstanceStatus,
  },
  DescribeInstanceTypeOfferings: { params: [...PAGED, 'LocationType'], run: describeInstanceTypeOfferings },
  DescribeInstanceTypes: { params: PAGED, run: describeInstanceTypes },
  DescribeNetworkInterfaces: { params: [...PAGED, 'NetworkInterfaceId'], run: describeNetworkInterfaces },
  DescribeReplaceRootVolumeTasks: {
    params: [...PAGED, 'ReplaceRootVolumeTaskId'],
    run: describeReplaceRootVolumeTasks,
  },
  DescribeSubnets: { params: [...PAGED, 'SubnetId'], run: describeSubnets },
  DescribeInstances: { params: [...PAGED, 'InstanceId', 'IncludeManagedResources'], run: describeInstances },
  DescribeSnapshots: { params: [...PAGED, 'SnapshotId', 'Owner', 'RestorableBy'], run: describeSnapshots },
  DescribeVolumes: { params: [...PAGED, 'VolumeId', 'IncludeManagedResources'], run: describeVolumes },
  DisableImage: { params: IMAGE, run: disableImage },
  DisableImageDeregistrationProtection: { params: IMAGE, run: disableImageDeregistrationProtection },
  DisassociateAddress: { params: ['AssociationId'], run: disassociateAddress },
  EnableImage: { params: IMAGE, run: enableImage },
  EnableImageDeregistrationProtection: {
    params: ['ImageId', 'WithCooldown'],
    run: enableImageDeregistrationProtection,
  },
  GetConsoleOutput: { params: ['InstanceId', 'Latest'], run: getConsoleOutput },
  ModifyInstanceAttribute: {
    params: ['InstanceId', 'DisableApiTermination', 'DisableApiStop'],
    run: modifyInstanceAttribute,
  },
  RunInstances: { params: LAUNCH, run: runInstances },
  StartInstances: { params: ['InstanceId'], run: startInstances },
  StopInstances: { params: ['InstanceId'], run: stopInstances },
  TerminateInstances: { params: ['InstanceId'], run: terminateInstances },
};

const COMMON = ['Action', 'Version', 'DryRun'];

/** The action by its name, its parameters' names checked. */
export function findAction(name: string, params: Params): Action {
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (!action) throw new ApiError('InvalidAction', `The action ${name} is not valid for this web service.`);
  const stranger = Object.keys(params).find(
    (param) => !COMMON.includes(param) && !action.params.includes(param),
  );
  if (stranger === undefined) return action;
  throw new ApiError('UnknownParameter', `The parameter ${stranger} is not recognized`);
}

/** The IAM actions a call needs: tagging what one creates, and handing it a role, are permissions of their own. */
export function permissionsFor(name: string, params: Params): string[] {
  return [
    `ec2:${name}`,
    ...('TagSpecification' in params ? ['ec2:CreateTags'] : []),
    ...('IamInstanceProfile' in params ? ['iam:PassRole'] : []),
  ];
}
