import {
  CreateImageCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeSnapshotsCommand,
  paginateDescribeImages,
  paginateDescribeSnapshots,
} from '@aws-sdk/client-ec2';
import { refusal, startWorld, type World } from '../harness.ts';

async function createImages(world: World, count: number) {
  for (let number = 1; number <= count; number++) {
    await world.ec2.send(
      new CreateImageCommand({ InstanceId: world.prod.instanceId, Name: `image ${number}` }),
    );
  }
}

test('300 images come in pages, each once, in no order', async () => {
  await using world = await startWorld({ pageSize: 70 });
  await createImages(world, 300);
  const sizes: number[] = [];
  const ids: string[] = [];
  for await (const page of paginateDescribeImages(
    { client: world.ec2, pageSize: 1000 },
    { Owners: ['self'] },
  )) {
    sizes.push(page.Images?.length ?? 0);
    ids.push(...(page.Images ?? []).map((image) => image.ImageId ?? ''));
  }
  expect(sizes).toEqual([70, 70, 70, 70, 20]);
  expect(ids.toSorted()).toEqual([...world.server.images.keys()]);
  expect(ids).not.toEqual(ids.toSorted());
  let snapshots = 0;
  for await (const page of paginateDescribeSnapshots(
    { client: world.ec2, pageSize: 7 },
    { OwnerIds: ['self'] },
  )) {
    snapshots += page.Snapshots?.length ?? 0;
  }
  expect(snapshots).toBe(300);
  expect(world.server.count('DescribeSnapshots')).toBe(43);
});

test('records that go between two pages shift nothing', async () => {
  await using world = await startWorld();
  await createImages(world, 6);
  const first = await world.ec2.send(new DescribeImagesCommand({ MaxResults: 3 }));
  world.server.images.delete(first.Images?.[0]?.ImageId ?? '');
  const second = await world.ec2.send(
    new DescribeImagesCommand({ MaxResults: 3, NextToken: first.NextToken }),
  );
  expect(second.Images).toHaveLength(3);
  expect(second.NextToken).toBeUndefined();
});

test('pages have their limits', async () => {
  await using world = await startWorld();
  const few = world.ec2.send(new DescribeInstancesCommand({ MaxResults: 4 }));
  expect(await refusal(few)).toMatchObject({ code: 'InvalidParameterValue' });
  const both = world.ec2.send(
    new DescribeInstancesCommand({ MaxResults: 5, InstanceIds: [world.prod.instanceId] }),
  );
  expect(await refusal(both)).toMatchObject({ code: 'InvalidParameterCombination' });
  const token = world.ec2.send(new DescribeSnapshotsCommand({ NextToken: 'nonsense' }));
  expect(await refusal(token)).toMatchObject({ code: 'InvalidPaginationToken' });
});
