import {
  CreateImageCommand,
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  DisableImageCommand,
  DisableImageDeregistrationProtectionCommand,
  EnableImageCommand,
  EnableImageDeregistrationProtectionCommand,
} from '@aws-sdk/client-ec2';
import { refusal, startWorld, type World } from '../harness.ts';

async function complete(world: World, Name: string, InstanceId = world.prod.instanceId) {
  const { ImageId = '' } = await world.ec2.send(new CreateImageCommand({ InstanceId, Name, NoReboot: true }));
  world.server.completeImage(ImageId);
  const mappings = world.server.images.get(ImageId)?.mappings ?? [];
  return { ImageId, snapshotIds: mappings.map((mapping) => mapping.snapshotId) };
}

describe('deregistering', () => {
  test('leaves the snapshots unless told otherwise', async () => {
    await using world = await startWorld();
    const { ImageId, snapshotIds } = await complete(world, 'one');
    const SnapshotId = snapshotIds[0];
    const remove = () => world.ec2.send(new DeleteSnapshotCommand({ SnapshotId }));
    expect(await refusal(remove())).toMatchObject({
      code: 'InvalidSnapshot.InUse',
      message: `The snapshot ${SnapshotId} is currently in use by ${ImageId}`,
    });
    const deregister = () => world.ec2.send(new DeregisterImageCommand({ ImageId }));
    expect((await deregister()).DeleteSnapshotResults).toBeUndefined();
    expect(world.server.snapshots.size).toBe(1);
    await remove();
    expect(world.server.snapshots.size).toBe(0);
    expect(await refusal(remove())).toMatchObject({ code: 'InvalidSnapshot.NotFound' });
    expect(await refusal(deregister())).toMatchObject({ code: 'InvalidAMIID.Unavailable' });
    const describe = world.ec2.send(new DescribeImagesCommand({ ImageIds: [ImageId] }));
    expect(await refusal(describe)).toMatchObject({ code: 'InvalidAMIID.NotFound' });
  });

  test('tells for each snapshot what became of it', async () => {
    await using world = await startWorld();
    const devices = ['/dev/sda1', '/dev/sdf', '/dev/sdg', '/dev/sdh'];
    const volumes = devices.map((device) => ({ device, sizeGiB: 1, usedBlocks: 10 }));
    const { ImageId, snapshotIds } = await complete(
      world,
      'many',
      world.server.addInstance({ volumes }).instanceId,
    );
    const other = await complete(world, 'other');
    const [, shared = '', broken = '', foreign = ''] = snapshotIds;
    const otherMapping = world.server.images.get(other.ImageId)?.mappings[0];
    Object.assign(otherMapping ?? {}, { snapshotId: shared });
    Object.assign(world.server.snapshots.get(broken) ?? {}, { deleteResult: 'internal-error' });
    Object.assign(world.server.snapshots.get(foreign) ?? {}, { deleteResult: 'client-error' });
    const command = new DeregisterImageCommand({ ImageId, DeleteAssociatedSnapshots: true });
    const { Return, DeleteSnapshotResults = [] } = await world.ec2.send(command);
    expect(Return).toBe(true);
    expect(DeleteSnapshotResults.map((result) => [result.SnapshotId, result.ReturnCode])).toEqual([
      [snapshotIds[0], 'success'],
      [shared, 'skipped'],
      [broken, 'internal-error'],
      [foreign, 'client-error'],
    ]);
    expect([...world.server.snapshots.keys()]).toEqual([shared, broken, foreign, ...other.snapshotIds]);
  });

  test('without the permission to delete snapshots succeeds and says so', async () => {
    await using world = await startWorld();
    const { ImageId } = await complete(world, 'one');
    world.server.denied.add('ec2:DeleteSnapshot');
    const command = new DeregisterImageCommand({ ImageId, DeleteAssociatedSnapshots: true });
    const { DeleteSnapshotResults } = await world.ec2.send(command);
    expect(DeleteSnapshotResults).toMatchObject([{ ReturnCode: 'missing-permissions' }]);
    expect(world.server.images.size).toBe(0);
  });

  test('is refused while the image is protected, and for a day longer with a cooldown', async () => {
    await using world = await startWorld();
    const { ImageId } = await complete(world, 'one');
    const protect = (WithCooldown: boolean) =>
      world.ec2.send(new EnableImageDeregistrationProtectionCommand({ ImageId, WithCooldown }));
    const unprotect = () => world.ec2.send(new DisableImageDeregistrationProtectionCommand({ ImageId }));
    const deregister = () => world.ec2.send(new DeregisterImageCommand({ ImageId }));
    expect((await protect(false)).Return).toBe('enabled-without-cooldown');
    expect(await refusal(deregister())).toMatchObject({ code: 'OperationNotPermitted' });
    const { Images } = await world.ec2.send(new DescribeImagesCommand({ ImageIds: [ImageId] }));
    expect(Images).toMatchObject([{ DeregistrationProtection: 'enabled-without-cooldown' }]);
    await protect(true);
    await unprotect();
    expect(await refusal(deregister())).toMatchObject({ code: 'OperationNotPermitted' });
    await world.clock.advance(24 * 3_600_000);
    expect((await deregister()).Return).toBe(true);
  });
});

test('a disabled image is listed only when asked for, and can be enabled again', async () => {
  await using world = await startWorld();
  const { ImageId } = await complete(world, 'one');
  const listed = async (IncludeDisabled: boolean) => {
    const { Images = [] } = await world.ec2.send(
      new DescribeImagesCommand({ Owners: ['self'], IncludeDisabled }),
    );
    return Images.map((image) => image.State);
  };
  await world.ec2.send(new DisableImageCommand({ ImageId }));
  expect(await listed(false)).toEqual([]);
  expect(await listed(true)).toEqual(['disabled']);
  await world.ec2.send(new EnableImageCommand({ ImageId }));
  expect(await listed(false)).toEqual(['available']);
  world.server.failImage(ImageId, 'gone');
  expect(await refusal(world.ec2.send(new DisableImageCommand({ ImageId })))).toMatchObject({
    code: 'InvalidAMIID.Unavailable',
  });
});
