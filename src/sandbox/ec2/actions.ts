import { createImage } from './create-image.ts';
import { describeImages } from './describe-images.ts';
import { describeInstanceAttribute, describeInstances } from './describe-instances.ts';
import { ApiError } from './errors.ts';
import {
  deregisterImage,
  disableImage,
  disableImageDeregistrationProtection,
  enableImage,
  enableImageDeregistrationProtection,
} from './images.ts';
import type { Params } from './query.ts';
import { deleteSnapshot, describeSnapshots } from './snapshots.ts';
import type { State } from './state.ts';
import { createTags, deleteTags } from './tags.ts';
import { describeVolumes } from './volumes.ts';
import type { Xml } from './xml.ts';

interface Action {
  /** The parameters it takes beside Action, Version and DryRun; others are refused. */
  params: readonly string[];
  run(state: State, params: Params): { [element: string]: Xml };
}

const PAGED = ['Filter', 'MaxResults', 'NextToken'];
const IMAGE = ['ImageId'];

const ACTIONS: Record<string, Action> = {
  CreateImage: {
    params: ['InstanceId', 'Name', 'Description', 'NoReboot', 'BlockDeviceMapping', 'TagSpecification'],
    run: createImage,
  },
  CreateTags: { params: ['ResourceId', 'Tag'], run: createTags },
  DeleteSnapshot: { params: ['SnapshotId'], run: deleteSnapshot },
  DeleteTags: { params: ['ResourceId', 'Tag'], run: deleteTags },
  DeregisterImage: { params: ['ImageId', 'DeleteAssociatedSnapshots'], run: deregisterImage },
  DescribeImages: {
    params: [...PAGED, 'ImageId', 'Owner', 'ExecutableBy', 'IncludeDeprecated', 'IncludeDisabled'],
    run: describeImages,
  },
  DescribeInstanceAttribute: { params: ['InstanceId', 'Attribute'], run: describeInstanceAttribute },
  DescribeInstances: { params: [...PAGED, 'InstanceId', 'IncludeManagedResources'], run: describeInstances },
  DescribeSnapshots: { params: [...PAGED, 'SnapshotId', 'Owner', 'RestorableBy'], run: describeSnapshots },
  DescribeVolumes: { params: [...PAGED, 'VolumeId', 'IncludeManagedResources'], run: describeVolumes },
  DisableImage: { params: IMAGE, run: disableImage },
  DisableImageDeregistrationProtection: { params: IMAGE, run: disableImageDeregistrationProtection },
  EnableImage: { params: IMAGE, run: enableImage },
  EnableImageDeregistrationProtection: {
    params: ['ImageId', 'WithCooldown'],
    run: enableImageDeregistrationProtection,
  },
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

/** The IAM actions a call needs: tagging what one creates is a permission of its own. */
export function permissionsFor(name: string, params: Params): string[] {
  return 'TagSpecification' in params ? [`ec2:${name}`, 'ec2:CreateTags'] : [`ec2:${name}`];
}
