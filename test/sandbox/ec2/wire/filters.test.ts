import {
  CreateImageCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  type Filter,
} from '@aws-sdk/client-ec2';
import { refusal, startWorld, type World } from '../harness.ts';

async function threeImages(world: World) {
  for (const [Name, Value] of [
    ['prod 1', 'prod'],
    ['prod 2', 'prod'],
    ['staging 1', 'stag?ng'],
  ]) {
    const TagSpecifications = [
      { ResourceType: 'image' as const, Tags: [{ Key: 'circleci-backup:target', Value }] },
    ];
    await world.ec2.send(
      new CreateImageCommand({
        InstanceId: world.prod.instanceId,
        Name,
        Description: `${Name}*00`,
        TagSpecifications,
      }),
    );
  }
  world.server.failImage('ami-0a3d5b7c000000002', 'for a test');
}

async function names(world: World, ...Filters: Filter[]) {
  const { Images = [] } = await world.ec2.send(new DescribeImagesCommand({ Owners: ['self'], Filters }));
  return Images.map((image) => image.Name).sort();
}

test.each<[string, Filter[], string[]]>([
  ['a tag', [{ Name: 'tag:circleci-backup:target', Values: ['prod'] }], ['prod 1', 'prod 2']],
  ['a tag key', [{ Name: 'tag-key', Values: ['circleci-backup:*'] }], ['prod 1', 'prod 2', 'staging 1']],
  ['one of two values', [{ Name: 'name', Values: ['prod 1', 'staging 1'] }], ['prod 1', 'staging 1']],
  ['any text', [{ Name: 'name', Values: ['prod*'] }], ['prod 1', 'prod 2']],
  ['one character', [{ Name: 'name', Values: ['prod ?'] }], ['prod 1', 'prod 2']],
  ['a star itself', [{ Name: 'description', Values: ['staging 1\\*0?'] }], ['staging 1']],
  ['a dot that is a dot', [{ Name: 'name', Values: ['prod.1'] }], []],
  ['upper case, which is another', [{ Name: 'name', Values: ['PROD*'] }], []],
  ['a state', [{ Name: 'state', Values: ['failed'] }], ['prod 2']],
  ['an id', [{ Name: 'image-id', Values: ['ami-0a3d5b7c000000003'] }], ['staging 1']],
  [
    'a snapshot',
    [{ Name: 'block-device-mapping.snapshot-id', Values: ['snap-0b62e1f4000000001'] }],
    ['prod 1'],
  ],
  [
    'two filters at once',
    [
      { Name: 'tag:circleci-backup:target', Values: ['prod'] },
      { Name: 'state', Values: ['pending'] },
    ],
    ['prod 1'],
  ],
  ['another machine', [{ Name: 'source-instance-id', Values: ['i-0123456789abcdef0'] }], []],
])('images by %s', async (_, filters, expected) => {
  await using world = await startWorld();
  await threeImages(world);
  expect(await names(world, ...filters)).toEqual(expected);
});

test('snapshots by id, volume and state; other owners have none', async () => {
  await using world = await startWorld();
  await threeImages(world);
  const count = async (Name: string, Value: string) => {
    const command = new DescribeSnapshotsCommand({
      OwnerIds: ['self'],
      Filters: [{ Name, Values: [Value] }],
    });
    return (await world.ec2.send(command)).Snapshots?.length;
  };
  expect(await count('snapshot-id', 'snap-0b62e1f4000000001')).toBe(1);
  expect(await count('volume-id', world.prod.devices[0]?.volumeId ?? '')).toBe(3);
  expect(await count('status', 'pending')).toBe(3);
  const amazons = await world.ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['amazon'] }));
  expect(amazons.Snapshots).toEqual([]);
  expect(await world.ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }))).toMatchObject({
    Images: [],
  });
});

test('a filter has at most 200 values and a known name', async () => {
  await using world = await startWorld();
  const values = (count: number) => Array.from({ length: count }, (_, index) => `name ${index}`);
  expect(await names(world, { Name: 'name', Values: values(200) })).toEqual([]);
  expect(await refusal(names(world, { Name: 'name', Values: values(201) }))).toMatchObject({
    code: 'FilterLimitExceeded',
  });
  expect(await refusal(names(world, { Name: 'nane', Values: ['x'] }))).toEqual({
    code: 'InvalidParameterValue',
    status: 400,
    message: "The filter 'nane' is invalid",
  });
});
