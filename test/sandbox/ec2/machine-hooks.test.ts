import {
  CreateImageCommand,
  CreateReplaceRootVolumeTaskCommand,
  DeregisterImageCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { MachineHooks } from '../../../sandbox/ec2/instances/machines.ts';
import { standardInstall } from '../../../sandbox/ec2/world.ts';
import { startWorld } from './harness.ts';

/** A world that notes what its machines are told; ids are shortened to what they are of. */
async function hookWorld() {
  const told: string[] = [];
  const machines: MachineHooks = {
    booted: ({ instanceId, rootVolumeId, privateIp, publicIp }) =>
      void told.push(`booted ${instanceId} ${rootVolumeId} ${privateIp} ${publicIp ?? '-'}`),
    halted: (id) => void told.push(`halted ${id}`),
    addressed: (id, { privateIp, publicIp }) =>
      void told.push(`addressed ${id} ${privateIp} ${publicIp ?? '-'}`),
    snapshotStarted: (snapshotId, volumeId) => void told.push(`snapshot ${snapshotId} of ${volumeId}`),
    volumeFilled: (volumeId, snapshotId) => void told.push(`volume ${volumeId} from ${snapshotId}`),
    forgotten: (id) => void told.push(`forgotten ${id}`),
    consoleOutput: () => '',
  };
  const world = await startWorld({ machines });
  const { prod, server } = world;
  const id = prod.instanceId;
  const root = () => prod.devices[0]?.volumeId;
  return {
    ...world,
    id,
    root,
    /** What was told since the last time. */
    heard: () => told.splice(0),
    booted: () => `booted ${id} ${root()} ${prod.privateIp} ${prod.publicIp ?? '-'}`,
    async image(NoReboot: boolean) {
      const input = { InstanceId: id, Name: `image ${server.images.size}`, NoReboot };
      const { ImageId = '' } = await world.ec2.send(new CreateImageCommand(input));
      server.completeImage(ImageId);
      const snapshotId = server.images.get(ImageId)?.mappings[0]?.snapshotId;
      return { ImageId, snapshotId };
    },
  };
}

test('a machine that is added runs at once, unless it is added as stopped', async () => {
  await using world = await hookWorld();
  expect(world.heard()).toEqual([world.booted()]);
  world.server.addInstance({ state: 'stopped' });
  expect(world.heard()).toEqual([]);
});

test('a live image takes a snapshot and nothing else; with a reboot the machine is down before it', async () => {
  await using world = await hookWorld();
  world.heard();
  const live = await world.image(true);
  expect(world.heard()).toEqual([`snapshot ${live.snapshotId} of ${world.root()}`]);
  const reboot = await world.image(false);
  expect(world.heard()).toEqual([`halted ${world.id}`, `snapshot ${reboot.snapshotId} of ${world.root()}`]);
  await world.clock.advance(40_000);
  expect(world.heard()).toEqual([world.booted()]);
});

test('a machine that stops in its reboot does not come up', async () => {
  await using world = await hookWorld();
  await world.image(false);
  world.server.stopInstance(world.id);
  world.heard();
  await world.clock.advance(60_000);
  expect(world.heard()).toEqual([]);
  world.server.startInstance(world.id);
  expect(world.heard()).toEqual([world.booted()]);
  await world.image(false);
  await world.clock.advance(20_000);
  await world.ec2.send(new StopInstancesCommand({ InstanceIds: [world.id] }));
  world.heard();
  // The reboot would have ended now, a little before the stop.
  await world.clock.advance(20_000);
  expect([world.heard(), world.prod.state]).toEqual([[], 'stopping']);
});

test('stop and start by the API, and being lost', async () => {
  await using world = await hookWorld();
  world.heard();
  const InstanceIds = [world.id];
  await world.ec2.send(new StopInstancesCommand({ InstanceIds }));
  expect(world.heard()).toEqual([`halted ${world.id}`]);
  await world.clock.advance(30_000);
  await world.ec2.send(new StartInstancesCommand({ InstanceIds }));
  expect(world.heard()).toEqual([]);
  await world.clock.advance(8_000);
  expect(world.heard()).toEqual([world.booted()]);
  world.server.terminateInstance(world.id);
  expect(world.heard()).toEqual([`halted ${world.id}`]);
});

test('a launch fills its volumes at once, and what is deleted is forgotten', async () => {
  await using world = await hookWorld();
  const { ImageId, snapshotId } = await world.image(true);
  world.heard();
  const launched = await world.ec2.send(
    new RunInstancesCommand({
      ImageId,
      InstanceType: 'm5.large',
      MinCount: 1,
      MaxCount: 1,
      SubnetId: world.prod.subnetId,
    }),
  );
  const made = world.server.instances.get(launched.Instances?.[0]?.InstanceId ?? '');
  const volumeId = made?.devices[0]?.volumeId;
  expect(world.heard()).toEqual([`volume ${volumeId} from ${snapshotId}`]);
  await world.ec2.send(new DeregisterImageCommand({ ImageId, DeleteAssociatedSnapshots: true }));
  expect(world.heard()).toEqual([`forgotten ${snapshotId}`]);
});

test('a root that is replaced goes down, and comes up with the other volume', async () => {
  await using world = await hookWorld();
  const { ImageId, snapshotId } = await world.image(true);
  const old = world.root();
  world.heard();
  await world.ec2.send(new CreateReplaceRootVolumeTaskCommand({ InstanceId: world.id, ImageId }));
  const [task] = [...world.server.tasks.values()];
  expect(world.heard()).toEqual([`volume ${task?.newVolumeId} from ${snapshotId}`]);
  await world.clock.advance(45_000);
  expect(world.heard()).toEqual([`halted ${world.id}`]);
  await world.clock.advance(45_000);
  await world.clock.advance(40_000);
  expect(world.heard().at(-1)).toBe(world.booted());
  expect([world.root() === old, world.root()]).toEqual([false, task?.newVolumeId]);
  expect(world.server.volumes.get(old ?? '')?.attachedTo).toBeUndefined();
});

test('an Elastic IP reaches a running machine, and is there when a stopped one starts', async () => {
  await using world = await hookWorld();
  world.heard();
  const { publicIp } = world.server.addAddress({ instanceId: world.id });
  expect(world.heard()).toEqual([`addressed ${world.id} ${world.prod.privateIp} ${publicIp}`]);
  world.server.stopInstance(world.id);
  world.server.startInstance(world.id);
  expect(world.heard().at(-1)).toBe(`booted ${world.id} ${world.root()} ${world.prod.privateIp} ${publicIp}`);
});

test('the standard install can have an Elastic IP', async () => {
  await using world = await hookWorld();
  const { prod } = standardInstall(world.server, { elasticIp: '198.51.100.7' });
  expect(prod.publicIp).toBe('198.51.100.7');
  expect([...world.server.addresses.values()]).toMatchObject([{ held: { instanceId: prod.instanceId } }]);
});
