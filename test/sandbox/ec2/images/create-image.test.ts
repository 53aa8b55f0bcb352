import { CreateImageCommand, DescribeImagesCommand, DescribeSnapshotsCommand } from '@aws-sdk/client-ec2';
import { refusal, startWorld, type World } from '../harness.ts';

function create(world: World, more: Partial<ConstructorParameters<typeof CreateImageCommand>[0]> = {}) {
  const input = {
    InstanceId: world.prod.instanceId,
    Name: 'circleci-backup/prod 1',
    NoReboot: true,
    ...more,
  };
  return world.ec2.send(new CreateImageCommand(input));
}

async function onlyImage(world: World) {
  const { Images = [] } = await world.ec2.send(new DescribeImagesCommand({ Owners: ['self'] }));
  return Images[0];
}

test('an image is pending with its snapshots under way, then complete, in this order', async () => {
  await using world = await startWorld();
  const { ImageId = '' } = await create(world, {
    Description: 'nightly',
    TagSpecifications: [
      { ResourceType: 'image', Tags: [{ Key: 'circleci-backup:run', Value: 'r-1 <&> "é"\n' }] },
      { ResourceType: 'snapshot', Tags: [{ Key: 'circleci-backup:run', Value: '' }] },
    ],
  });
  expect(ImageId).toBe('ami-0a3d5b7c000000001');
  const states: string[] = [];
  for (let waits = 0; waits < 5; waits++) {
    const image = await onlyImage(world);
    const { Snapshots = [] } = await world.ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }));
    states.push(`${image?.State} ${Snapshots[0]?.State} ${Snapshots[0]?.Progress}`);
    await world.clock.advance(20_000);
  }
  expect(states).toEqual([
    'pending pending 0%',
    'pending pending 37%',
    'pending pending 74%',
    'available completed 100%',
    'available completed 100%',
  ]);
  expect(await onlyImage(world)).toMatchObject({
    Name: 'circleci-backup/prod 1',
    Description: 'nightly',
    OwnerId: '123456789012',
    SourceInstanceId: world.prod.instanceId,
    CreationDate: '2026-05-12T03:00:00.000Z',
    RootDeviceName: '/dev/sda1',
    Tags: [{ Key: 'circleci-backup:run', Value: 'r-1 <&> "é"\n' }],
    BlockDeviceMappings: [
      { DeviceName: '/dev/sda1', Ebs: { SnapshotId: 'snap-0b62e1f4000000001', VolumeSize: 1 } },
    ],
  });
  expect(world.server.snapshots.get('snap-0b62e1f4000000001')?.tags).toEqual({ 'circleci-backup:run': '' });
});

test('only NoReboot leaves the machine running', async () => {
  await using world = await startWorld();
  await create(world);
  expect(world.prod.reboots).toBe(0);
  await create(world, { Name: 'second', NoReboot: false });
  await world.ec2.send(new CreateImageCommand({ InstanceId: world.prod.instanceId, Name: 'third' }));
  expect(world.prod.reboots).toBe(2);
});

test.each([
  ['ab', 'InvalidAMIName.Malformed'],
  ['a'.repeat(129), 'InvalidAMIName.Malformed'],
  ['at 03:00', 'InvalidAMIName.Malformed'],
  ['taken', 'InvalidAMIName.Duplicate'],
])('the name %j is refused', async (name, code) => {
  await using world = await startWorld();
  await create(world, { Name: 'taken' });
  expect(await refusal(create(world, { Name: name }))).toMatchObject({ code, status: 400 });
  expect(world.server.images.size).toBe(1);
});

test('a name may have all the signs EC2 takes', async () => {
  await using world = await startWorld();
  await create(world, { Name: "aZ0 ()[]./-'@_" });
  expect(world.server.images.size).toBe(1);
});

test('the machine has to exist and not to be terminated', async () => {
  await using world = await startWorld();
  expect(await refusal(create(world, { InstanceId: 'prod' }))).toMatchObject({
    code: 'InvalidInstanceID.Malformed',
  });
  expect(await refusal(create(world, { InstanceId: 'i-0123456789abcdef0' }))).toMatchObject({
    code: 'InvalidInstanceID.NotFound',
  });
  world.server.stopInstance(world.prod.instanceId);
  await create(world, { Name: 'stopped', NoReboot: false });
  expect(world.prod.reboots).toBe(0);
  world.server.terminateInstance(world.prod.instanceId);
  expect(await refusal(create(world))).toMatchObject({ code: 'InvalidParameterValue' });
});

describe('volumes left out', () => {
  const volumes = [
    { device: '/dev/sda1', sizeGiB: 1 },
    { device: '/dev/sdf', sizeGiB: 1 },
  ];
  const devices = async (world: World) =>
    (await onlyImage(world))?.BlockDeviceMappings?.map((each) => each.DeviceName);

  test('by NoDevice', async () => {
    await using world = await startWorld();
    const { instanceId } = world.server.addInstance({ volumes });
    const leaveOut = (DeviceName: string) => ({ BlockDeviceMappings: [{ DeviceName, NoDevice: '' }] });
    await create(world, { InstanceId: instanceId, ...leaveOut('/dev/sdf') });
    expect(await devices(world)).toEqual(['/dev/sda1']);
    expect(world.server.snapshots.size).toBe(1);
    const root = create(world, { InstanceId: instanceId, Name: 'no root', ...leaveOut('/dev/sda1') });
    expect(await refusal(root)).toMatchObject({ code: 'InvalidBlockDeviceMapping' });
  });

  test('without a word, by the sandbox', async () => {
    await using world = await startWorld();
    const { instanceId } = world.server.addInstance({ volumes });
    world.server.nextImage = { dropVolumes: ['/dev/sdf'] };
    await create(world, { InstanceId: instanceId });
    expect(await devices(world)).toEqual(['/dev/sda1']);
    expect(world.server.nextImage).toBeUndefined();
  });
});

describe('an image that goes wrong', () => {
  test('fails with a reason', async () => {
    await using world = await startWorld();
    world.server.nextImage = { fail: 'Internal error', failAfter: 500_000 };
    await create(world);
    await world.clock.advance(499_000);
    expect(await onlyImage(world)).toMatchObject({ State: 'pending' });
    await world.clock.advance(1000);
    const StateReason = { Code: 'Server.InternalError', Message: 'Internal error' };
    expect(await onlyImage(world)).toMatchObject({ State: 'failed', StateReason });
  });

  test('fails half way when no time is given', async () => {
    await using world = await startWorld();
    world.server.nextImage = { fail: 'Internal error' };
    await create(world);
    await world.clock.advance(30_000);
    expect(await onlyImage(world)).toMatchObject({ State: 'failed' });
    expect([...world.server.snapshots.values()][0]?.state).toBe('pending');
  });

  test('fails with its snapshot', async () => {
    await using world = await startWorld();
    world.server.nextImage = { snapshotError: 'The volume cannot be read' };
    await create(world);
    await world.clock.advance(30_000);
    const { Snapshots } = await world.ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }));
    expect(Snapshots).toMatchObject([{ State: 'error', StateMessage: 'The volume cannot be read' }]);
    expect(await onlyImage(world)).toMatchObject({ State: 'failed' });
  });

  test('fails with its machine', async () => {
    await using world = await startWorld();
    await create(world);
    world.server.terminateInstance(world.prod.instanceId);
    expect(await onlyImage(world)).toMatchObject({
      State: 'failed',
      StateReason: { Code: 'Server.InternalError' },
    });
  });

  test('never completes', async () => {
    await using world = await startWorld();
    world.server.nextImage = { neverCompletes: true };
    await create(world);
    await world.clock.advance(48 * 3_600_000);
    expect(await onlyImage(world)).toMatchObject({ State: 'pending' });
    expect([...world.server.snapshots.values()][0]).toMatchObject({ state: 'pending', progress: 99 });
    world.server.completeImage('ami-0a3d5b7c000000001');
    expect(await onlyImage(world)).toMatchObject({ State: 'available' });
  });

  test('is not there at first', async () => {
    await using world = await startWorld();
    world.server.nextImage = { invisibleFor: 150_000 };
    const { ImageId = '' } = await create(world);
    expect(await onlyImage(world)).toBeUndefined();
    const byId = () => world.ec2.send(new DescribeImagesCommand({ ImageIds: [ImageId] }));
    expect(await refusal(byId())).toMatchObject({ code: 'InvalidAMIID.NotFound' });
    const { Snapshots } = await world.ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }));
    expect(Snapshots).toEqual([]);
    expect(await refusal(create(world))).toMatchObject({ code: 'InvalidAMIName.Duplicate' });
    await world.clock.advance(150_000);
    expect((await byId()).Images).toMatchObject([{ ImageId, State: 'available' }]);
  });
});
