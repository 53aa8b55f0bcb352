import {
  CreateImageCommand,
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeImagesCommand,
  type Tag,
} from '@aws-sdk/client-ec2';
import { refusal, startWorld, type World } from './harness.ts';

async function createImage(world: World): Promise<string> {
  const command = new CreateImageCommand({ InstanceId: world.prod.instanceId, Name: 'one', NoReboot: true });
  return (await world.ec2.send(command)).ImageId ?? '';
}

function tag(world: World, Resources: string[], Tags: Tag[]) {
  return world.ec2.send(new CreateTagsCommand({ Resources, Tags }));
}

const many = (count: number): Tag[] =>
  Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Value: '' }));

test('tags are set on several resources, changed and deleted', async () => {
  await using world = await startWorld();
  const imageId = await createImage(world);
  const snapshotId = [...world.server.snapshots.keys()][0] ?? '';
  await tag(
    world,
    [imageId, snapshotId, world.prod.instanceId],
    [
      { Key: 'a:b', Value: '1' },
      { Key: 'empty', Value: '' },
    ],
  );
  await tag(world, [imageId], [{ Key: 'a:b', Value: '2' }]);
  expect(world.server.images.get(imageId)?.tags).toEqual({ 'a:b': '2', empty: '' });
  expect(world.server.snapshots.get(snapshotId)?.tags).toEqual({ 'a:b': '1', empty: '' });
  expect(world.prod.tags).toMatchObject({ Name: 'circleci_services', 'a:b': '1' });

  const remove = (Tags?: Tag[]) =>
    world.ec2.send(new DeleteTagsCommand({ Resources: [imageId], ...(Tags && { Tags }) }));
  await remove([
    { Key: 'a:b', Value: '1' },
    { Key: 'empty', Value: '' },
  ]);
  expect(world.server.images.get(imageId)?.tags).toEqual({ 'a:b': '2' });
  await remove([{ Key: 'a:b' }]);
  expect(world.server.images.get(imageId)?.tags).toEqual({});
  await tag(world, [imageId], many(3));
  await remove();
  expect(world.server.images.get(imageId)?.tags).toEqual({});
});

test.each<[string, Tag[], string]>([
  ['a key of 129', [{ Key: 'k'.repeat(129), Value: '' }], 'InvalidParameterValue'],
  ['a value of 257', [{ Key: 'k', Value: 'v'.repeat(257) }], 'InvalidParameterValue'],
  ['an empty key', [{ Key: '', Value: 'v' }], 'InvalidParameterValue'],
  ['a key of AWS', [{ Key: 'aws:backup', Value: 'v' }], 'InvalidParameterValue'],
  [
    'a key twice',
    [
      { Key: 'k', Value: '1' },
      { Key: 'k', Value: '2' },
    ],
    'InvalidParameterValue',
  ],
  ['51 tags', many(51), 'TagLimitExceeded'],
  ['none', [], 'MissingParameter'],
])('%s is refused', async (_, tags, code) => {
  await using world = await startWorld();
  expect(await refusal(tag(world, [world.prod.instanceId], tags))).toMatchObject({ code, status: 400 });
  expect(world.prod.tags).toEqual({ Name: 'circleci_services' });
});

test('50 tags are the most a resource has, and a call is done wholly or not at all', async () => {
  await using world = await startWorld();
  const imageId = await createImage(world);
  await tag(world, [imageId], many(50));
  const further = tag(world, [world.prod.instanceId, imageId], [{ Key: 'further', Value: '' }]);
  expect(await refusal(further)).toMatchObject({ code: 'TagLimitExceeded' });
  expect(world.prod.tags).toEqual({ Name: 'circleci_services' });
  await tag(world, [imageId], [{ Key: 'k0', Value: 'changed' }]);
});

test('a resource that is not there, or not yet, cannot be tagged', async () => {
  await using world = await startWorld();
  world.server.nextImage = { invisibleFor: 60_000 };
  const imageId = await createImage(world);
  const snapshotId = [...world.server.snapshots.keys()][0] ?? '';
  const tags = [{ Key: 'k', Value: 'v' }];
  const codes = async (id: string) => (await refusal(tag(world, [id], tags))).code;
  expect(await codes(imageId)).toBe('InvalidAMIID.NotFound');
  expect(await codes(snapshotId)).toBe('InvalidSnapshot.NotFound');
  expect(await codes('vol-0123456789abcdef0')).toBe('InvalidVolume.NotFound');
  expect(await codes('sg-0123456789abcdef0')).toBe('InvalidID');
  await world.clock.advance(60_000);
  await tag(world, [imageId, snapshotId], tags);
  world.server.hide(imageId, 1000);
  expect(await codes(imageId)).toBe('InvalidAMIID.NotFound');
});

test('only what is created may be tagged in the same call', async () => {
  await using world = await startWorld();
  const command = new CreateImageCommand({
    InstanceId: world.prod.instanceId,
    Name: 'one',
    TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'k', Value: 'v' }] }],
  });
  expect(await refusal(world.ec2.send(command))).toMatchObject({ code: 'InvalidParameterValue' });
  expect(await world.ec2.send(new DescribeImagesCommand({}))).toMatchObject({ Images: [] });
});
