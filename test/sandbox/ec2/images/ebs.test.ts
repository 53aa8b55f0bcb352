import {
  type ChangedBlock,
  ListChangedBlocksCommand,
  type ListChangedBlocksCommandInput,
  ListSnapshotBlocksCommand,
  type ListSnapshotBlocksCommandInput,
} from '@aws-sdk/client-ebs';
import { CreateImageCommand } from '@aws-sdk/client-ec2';
import { refusal, STARTED, startWorld, type World } from '../harness.ts';

async function snapshot(world: World, Name: string, done = true): Promise<string> {
  const command = new CreateImageCommand({ InstanceId: world.prod.instanceId, Name, NoReboot: true });
  const { ImageId = '' } = await world.ec2.send(command);
  if (done) world.server.completeImage(ImageId);
  return world.server.images.get(ImageId)?.mappings[0]?.snapshotId ?? '';
}

const blocks = (world: World, input: ListSnapshotBlocksCommandInput) =>
  world.ebs.send(new ListSnapshotBlocksCommand(input));
const changes = (world: World, input: ListChangedBlocksCommandInput) =>
  world.ebs.send(new ListChangedBlocksCommand(input));

async function allChanges(world: World, FirstSnapshotId: string, SecondSnapshotId: string) {
  const found: ChangedBlock[] = [];
  let NextToken: string | undefined;
  do {
    const input = { FirstSnapshotId, SecondSnapshotId, ...(NextToken && { NextToken }) };
    const page = await changes(world, input);
    found.push(...(page.ChangedBlocks ?? []));
    ({ NextToken } = page);
  } while (NextToken);
  return found;
}

test('the blocks of a snapshot come in pages, ascending, each once', async () => {
  await using world = await startWorld({ pageSize: 400 });
  const SnapshotId = await snapshot(world, 'one');
  const first = await blocks(world, { SnapshotId });
  expect(first).toMatchObject({ BlockSize: 524_288, VolumeSize: 1 });
  expect(first.ExpiryTime?.getTime()).toBe(STARTED + 7 * 24 * 3_600_000);
  const second = await blocks(world, { SnapshotId, NextToken: first.NextToken, MaxResults: 100 });
  const third = await blocks(world, { SnapshotId, NextToken: second.NextToken, MaxResults: 10_000 });
  const fourth = await blocks(world, { SnapshotId, NextToken: third.NextToken });
  const pages = [first, second, third, fourth].map((page) =>
    (page.Blocks ?? []).map((each) => each.BlockIndex ?? 0),
  );
  expect(pages.map((page) => page.length)).toEqual([400, 100, 400, 100]);
  expect(fourth.NextToken).toBeUndefined();
  const indexes = pages.flat();
  expect(indexes).toEqual([...new Set(indexes)].sort((a, b) => a - b));
  expect(world.server.snapshots.get(SnapshotId)?.fullBytes).toBe(1000 * 524_288);
  const late = await blocks(world, { SnapshotId, StartingBlockIndex: indexes[990] });
  expect(late.Blocks).toHaveLength(10);
});

test('what a backup added is what changed since the one before', async () => {
  await using world = await startWorld();
  const one = await snapshot(world, 'one');
  world.server.volumes.get(world.prod.devices[0]?.volumeId ?? '')?.changeBlocks(300);
  const two = await snapshot(world, 'two');
  const three = await snapshot(world, 'three');
  const added = await allChanges(world, one, two);
  expect(added.length).toBeGreaterThanOrEqual(300);
  expect(added.length).toBeLessThan(330);
  expect(added.every((block) => block.SecondBlockToken !== undefined)).toBe(true);
  // Blocks that were never used before have no token in the first snapshot.
  expect(added.filter((block) => block.FirstBlockToken === undefined).length).toBe(2);
  // A quiet day changes a few blocks by itself.
  const quiet = await allChanges(world, two, three);
  expect(quiet.length).toBeGreaterThan(0);
  expect(quiet.length).toBeLessThan(30);
  expect((await allChanges(world, one, three)).length).toBeGreaterThan(added.length);
  expect(await allChanges(world, one, one)).toEqual([]);
});

test('two runs change the same blocks', async () => {
  const run = async () => {
    await using world = await startWorld();
    return await allChanges(world, await snapshot(world, 'one'), await snapshot(world, 'two'));
  };
  expect(await run()).toEqual(await run());
});

test('only completed snapshots of one volume can be read', async () => {
  await using world = await startWorld();
  const one = await snapshot(world, 'one');
  const pending = await snapshot(world, 'two', false);
  expect(await refusal(blocks(world, { SnapshotId: pending }))).toMatchObject({
    code: 'ValidationException',
    status: 400,
  });
  expect(await refusal(changes(world, { FirstSnapshotId: one, SecondSnapshotId: pending }))).toMatchObject({
    code: 'ValidationException',
  });
  expect(await refusal(changes(world, { SecondSnapshotId: one }))).toMatchObject({
    code: 'ValidationException',
  });
  expect(await refusal(blocks(world, { SnapshotId: 'snap-0123456789abcdef0' }))).toMatchObject({
    code: 'ResourceNotFoundException',
    status: 404,
  });
  const other = world.server.addInstance({ volumes: [{ device: '/dev/sda1', sizeGiB: 1 }] });
  const foreign = await snapshot({ ...world, prod: other }, 'three');
  await expect(changes(world, { FirstSnapshotId: one, SecondSnapshotId: foreign })).rejects.toMatchObject({
    name: 'ValidationException',
    Reason: 'UNRELATED_SNAPSHOTS',
  });
});

test.each([{ MaxResults: 99 }, { MaxResults: 10_001 }, { NextToken: 'nonsense' }])(
  '%j is refused',
  async (more) => {
    await using world = await startWorld();
    const SnapshotId = await snapshot(world, 'one');
    expect(await refusal(blocks(world, { SnapshotId, ...more }))).toMatchObject({
      code: 'ValidationException',
    });
  },
);

test('a snapshot is read even when its volume is gone', async () => {
  await using world = await startWorld();
  const SnapshotId = await snapshot(world, 'one');
  world.server.volumes.clear();
  expect((await blocks(world, { SnapshotId })).Blocks).toHaveLength(1000);
});
