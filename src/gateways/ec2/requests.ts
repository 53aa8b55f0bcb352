import type {
  CreateImageCommandInput,
  CreateTagsCommandInput,
  DeleteTagsCommandInput,
  DeregisterImageCommandInput,
  DescribeImagesCommandInput,
  DescribeInstancesCommandInput,
  DescribeSnapshotsCommandInput,
} from '@aws-sdk/client-ec2';
import { imageName, TAG } from '../../core/catalogue/tags.ts';
import type { InstanceSelector } from '../../core/model/target.ts';
import type { ImageRequest } from '../../core/ports/ec2.ts';
import { tagList } from './facts.ts';

/** EC2 takes at most 200 values a filter (API reference, "Filter"). */
export const FILTER_MAX = 200;

/** Filters rather than ids: an id that EC2 does not know (yet) would fail the whole call. */
export function describeInstances(selectors: readonly InstanceSelector[]): DescribeInstancesCommandInput[] {
  const ids = selectors.flatMap((s) => (s.by === 'id' ? [s.id] : []));
  const byKey = new Map<string, string[]>();
  for (const s of selectors) if (s.by === 'tag') byKey.set(s.key, [...(byKey.get(s.key) ?? []), s.value]);
  return [
    ...chunks(ids).map((Values) => ({ Filters: [{ Name: 'instance-id', Values }] })),
    ...[...byKey].flatMap(([key, values]) =>
      chunks([...new Set(values)]).map((Values) => ({
        Filters: [{ Name: `tag:${key}`, Values: Values.map(literal) }],
      })),
    ),
  ];
}

/** Images of runs, in every state; a pending image of ours is found by its tag before EC2 answers to its id. */
export function describeImagesNamed(names: readonly string[]): DescribeImagesCommandInput[] {
  return chunks(names).map((Values) => ({
    Owners: ['self'],
    IncludeDisabled: true,
    Filters: [{ Name: 'name', Values }],
  }));
}

export function describeSnapshotsOfRuns(runIds: readonly string[]): DescribeSnapshotsCommandInput[] {
  return chunks(runIds).map((Values) => ({
    OwnerIds: ['self'],
    Filters: [{ Name: `tag:${TAG.run}`, Values }],
  }));
}

/** Every image that carries our tag, whatever its target, or our name, which nobody can take off. */
export function describeCatalogue(): DescribeImagesCommandInput[] {
  return [
    { Name: 'tag-key', Values: [TAG.run] },
    { Name: 'name', Values: [imageName('*', '*')] },
  ].map((filter) => ({ Owners: ['self'], IncludeDisabled: true, Filters: [filter] }));
}

/** Every snapshot that carries our tag, whatever became of its image. */
export function describeOurSnapshots(): DescribeSnapshotsCommandInput {
  return { OwnerIds: ['self'], Filters: [{ Name: 'tag-key', Values: [TAG.run] }] };
}

/** All states but `terminated`: such an instance needs its image no more. */
const ALIVE = ['pending', 'running', 'shutting-down', 'stopping', 'stopped'];

export function describeInstancesFrom(imageIds: readonly string[]): DescribeInstancesCommandInput[] {
  return chunks(imageIds).map((Values) => ({
    Filters: [
      { Name: 'image-id', Values },
      { Name: 'instance-state-name', Values: ALIVE },
    ],
  }));
}

/** Without `DeleteAssociatedSnapshots` the snapshots stay and cost money (facts: ec2.md). */
export function deregisterImage(imageId: string): DeregisterImageCommandInput {
  return { ImageId: imageId, DeleteAssociatedSnapshots: true };
}

export function createTags(
  resourceIds: readonly string[],
  tags: Record<string, string>,
): CreateTagsCommandInput {
  return { Resources: [...resourceIds], Tags: tagList(tags) };
}

/** By keys alone: DeleteTags takes a tag whatever its value, and without any key it would take all tags. */
export function deleteTags(resourceIds: readonly string[], keys: readonly string[]): DeleteTagsCommandInput {
  if (keys.length === 0) throw new Error('DeleteTags without a key would take every tag');
  return { Resources: [...resourceIds], Tags: keys.map((Key) => ({ Key })) };
}

/** `NoReboot` is always sent: EC2's default reboots the machine (facts: ec2.md). */
export function createImage(request: ImageRequest): CreateImageCommandInput {
  return {
    InstanceId: request.instanceId,
    Name: request.name,
    Description: request.description,
    NoReboot: !request.reboot,
    TagSpecifications: [
      { ResourceType: 'image', Tags: tagList(request.imageTags) },
      { ResourceType: 'snapshot', Tags: tagList(request.snapshotTags) },
    ],
  };
}

/** `*` and `?` are wildcards in filter values; a backslash takes their meaning away. */
function literal(value: string): string {
  return value.replace(/[\\*?]/g, '\\$&');
}

function chunks<T>(items: readonly T[]): T[][] {
  const all: T[][] = [];
  for (let i = 0; i < items.length; i += FILTER_MAX) all.push(items.slice(i, i + FILTER_MAX));
  return all;
}
