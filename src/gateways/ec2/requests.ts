import type {
  CreateImageCommandInput,
  DescribeImagesCommandInput,
  DescribeInstancesCommandInput,
  DescribeSnapshotsCommandInput,
} from '@aws-sdk/client-ec2';
import { TAG } from '../../core/catalogue.ts';
import type { ImageRequest } from '../../core/ec2.ts';
import type { InstanceSelector } from '../../core/model.ts';
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
export function describeImagesOfRuns(runIds: readonly string[]): DescribeImagesCommandInput[] {
  return chunks(runIds).map((Values) => ({
    Owners: ['self'],
    IncludeDisabled: true,
    Filters: [{ Name: `tag:${TAG.run}`, Values }],
  }));
}

export function describeSnapshotsOfRuns(runIds: readonly string[]): DescribeSnapshotsCommandInput[] {
  return chunks(runIds).map((Values) => ({
    OwnerIds: ['self'],
    Filters: [{ Name: `tag:${TAG.run}`, Values }],
  }));
}

export function describeImageByName(name: string): DescribeImagesCommandInput {
  return { Owners: ['self'], IncludeDisabled: true, Filters: [{ Name: 'name', Values: [name] }] };
}

/** Every image that carries our tag, whatever its target. */
export function describeCatalogue(): DescribeImagesCommandInput {
  return { Owners: ['self'], IncludeDisabled: true, Filters: [{ Name: 'tag-key', Values: [TAG.run] }] };
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
