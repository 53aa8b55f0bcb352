import {
  CreateImageCommand,
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  GetConsoleOutputCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import { type MachineHooks, noMachines } from '../../../../sandbox/ec2/instances/machines.ts';
import { refusal, startWorld, type World } from '../harness.ts';

/** A world with an image of `prod` that can be launched. */
async function launchWorld(machines: Partial<MachineHooks> = {}) {
  const world = await startWorld({ machines: { ...noMachines, ...machines } });
  const { ImageId = '' } = await world.ec2.send(
    new CreateImageCommand({ InstanceId: world.prod.instanceId, Name: 'one', NoReboot: true }),
  );
  world.server.completeImage(ImageId);
  return { ...world, imageId: ImageId };
}

function run(world: World & { imageId: string }, more: Partial<RunInstancesCommandInput> = {}) {
  return world.ec2.send(
    new RunInstancesCommand({
      ImageId: world.imageId,
      InstanceType: 'm5.2xlarge',
      MinCount: 1,
      MaxCount: 1,
      SubnetId: world.prod.subnetId,
      ClientToken: 'token',
      ...more,
    }),
  );
}

async function idOf(launched: ReturnType<typeof run>): Promise<string> {
  return (await launched).Instances?.[0]?.InstanceId ?? '';
}

test('a token makes one instance; with other parameters it is refused, without one each call makes another', async () => {
  await using world = await launchWorld();
  const id = await idOf(run(world));
  expect(await idOf(run(world))).toBe(id);
  expect(await refusal(run(world, { InstanceType: 'm5.4xlarge' }))).toMatchObject({
    code: 'IdempotentParameterMismatch',
    status: 400,
  });
  expect(await refusal(run(world, { ClientToken: 'x'.repeat(65) }))).toMatchObject({
    code: 'InvalidParameterValue',
  });
  // The SDK makes a token up where none is given.
  expect(await idOf(run(world, { ClientToken: undefined }))).not.toBe(id);
  expect(world.server.instances.size).toBe(3);
});

test('a token holds even when its instance is terminated', async () => {
  await using world = await launchWorld();
  const id = await idOf(run(world));
  world.server.terminateInstance(id);
  const again = await run(world);
  expect(again.Instances?.[0]).toMatchObject({ InstanceId: id, State: { Name: 'terminated' } });
});

test('a launch that is refused uses no token up', async () => {
  await using world = await launchWorld();
  world.server.noCapacity.add('m5.2xlarge');
  expect(await refusal(run(world))).toMatchObject({ code: 'InsufficientInstanceCapacity', status: 500 });
  world.server.noCapacity.clear();
  expect(await idOf(run(world))).toMatch(/^i-/);
});

test.each<[string, string[], boolean]>([
  ['everything', ['*'], true],
  ['the type', ['m5.2xlarge'], true],
  ['the zone', ['eu-west-1a'], true],
  ['the type there', ['m5.2xlarge/eu-west-1a'], true],
  ['the type elsewhere', ['m5.2xlarge/eu-west-1b'], false],
  ['another type', ['m5.4xlarge'], false],
])('capacity may lack for %s', async (_what, lacking, refused) => {
  await using world = await launchWorld();
  for (const one of lacking) world.server.noCapacity.add(one);
  const launched = run(world);
  if (refused) expect(await refusal(launched)).toMatchObject({ code: 'InsufficientInstanceCapacity' });
  else expect(await idOf(launched)).toMatch(/^i-/);
});

test('the network is told in one place only, and an address is given out once', async () => {
  await using world = await launchWorld();
  const { privateIp, subnetId } = world.prod;
  const network = { DeviceIndex: 0, SubnetId: subnetId };
  expect(await refusal(run(world, { NetworkInterfaces: [network] }))).toMatchObject({
    code: 'InvalidParameterCombination',
  });
  const inside = (PrivateIpAddress: string) =>
    run(world, { SubnetId: undefined, NetworkInterfaces: [{ ...network, PrivateIpAddress }] });
  expect(await refusal(inside(privateIp ?? ''))).toMatchObject({ code: 'InvalidIPAddress.InUse' });
  expect(await refusal(inside('10.99.0.9'))).toMatchObject({ code: 'InvalidParameterValue' });
  world.server.stopInstance(world.prod.instanceId);
  expect(await refusal(inside(privateIp ?? ''))).toMatchObject({ code: 'InvalidIPAddress.InUse' });
  world.server.terminateInstance(world.prod.instanceId);
  const id = await idOf(inside(privateIp ?? ''));
  expect(world.server.instances.get(id)?.privateIp).toBe(privateIp);
  const { NetworkInterfaces } = await world.ec2.send(
    new DescribeNetworkInterfacesCommand({
      Filters: [{ Name: 'addresses.private-ip-address', Values: [privateIp ?? ''] }],
    }),
  );
  expect(NetworkInterfaces).toMatchObject([{ Status: 'in-use', Attachment: { InstanceId: id } }]);
});

test('a public address comes with the subnet, or as asked', async () => {
  await using world = await launchWorld();
  const publicIp = async (more: Partial<RunInstancesCommandInput>) =>
    world.server.instances.get(await idOf(run(world, { ClientToken: undefined, ...more })))?.publicIp;
  const asked = (AssociatePublicIpAddress: boolean) =>
    publicIp({
      SubnetId: undefined,
      NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: world.prod.subnetId, AssociatePublicIpAddress }],
    });
  expect([await publicIp({}), await asked(true), await asked(false)]).toEqual([
    expect.stringMatching(/^203\.0\.113\./),
    expect.stringMatching(/^203\.0\.113\./),
    undefined,
  ]);
});

test('what is launched is filled from the image, boots once it runs, and is told so', async () => {
  const told: string[] = [];
  await using world = await launchWorld({
    volumeFilled: (volumeId, snapshotId) => void told.push(`${volumeId} ${snapshotId}`),
    booted: ({ instanceId, rootVolumeId, privateIp }) =>
      void told.push(`${instanceId} ${rootVolumeId} ${privateIp}`),
  });
  told.length = 0;
  const id = await idOf(run(world));
  const made = world.server.instances.get(id);
  const volumeId = made?.devices[0]?.volumeId ?? '';
  const snapshotId = world.server.images.get(world.imageId)?.mappings[0]?.snapshotId;
  expect(told).toEqual([`${volumeId} ${snapshotId}`]);
  expect(world.server.volumes.get(volumeId)).toMatchObject({ snapshotId, sizeGiB: 1, zone: 'eu-west-1a' });
  await world.clock.advance(8_000);
  expect(told.slice(1)).toEqual([`${id} ${volumeId} ${made?.privateIp}`]);
});

test('user data is kept, so that a test can see that none came', async () => {
  await using world = await launchWorld();
  const id = await idOf(run(world, { UserData: Buffer.from('#!').toString('base64') }));
  expect(world.server.instances.get(id)?.userData).toBe('IyE=');
});

test.each<[string, Partial<RunInstancesCommandInput>, string]>([
  ['two machines', { MaxCount: 2 }, 'InvalidParameterValue'],
  ['a type that is none', { InstanceType: 't9.giant' as 't3.large' }, 'Unsupported'],
  ['no such key', { KeyName: 'other' }, 'InvalidKeyPair.NotFound'],
  ['no such group', { SecurityGroupIds: ['sg-1'] }, 'InvalidGroup.NotFound'],
  ['no such subnet', { SubnetId: 'subnet-0ffffffffffffffff' }, 'InvalidSubnetID.NotFound'],
  ['an image still pending', { ImageId: 'pending' }, 'InvalidAMIID.Unavailable'],
  [
    'a tag of AWS’s',
    { TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'aws:x', Value: '' }] }] },
    'InvalidParameterValue',
  ],
  [
    'a tag on a subnet',
    { TagSpecifications: [{ ResourceType: 'subnet', Tags: [] }] },
    'InvalidParameterValue',
  ],
])('%s is refused', async (_what, more, code) => {
  await using world = await launchWorld();
  const input = { ...more };
  if (input.ImageId === 'pending') {
    const { ImageId } = await world.ec2.send(
      new CreateImageCommand({ InstanceId: world.prod.instanceId, Name: 'two', NoReboot: true }),
    );
    input.ImageId = ImageId;
  }
  expect(await refusal(run(world, input))).toMatchObject({ code });
  expect(world.server.instances.size).toBe(1);
});

test('the status of all is told only when asked for, and the console of Xen only late', async () => {
  await using world = await launchWorld({ consoleOutput: () => 'login:' });
  const id = await idOf(run(world, { InstanceType: 'm4.xlarge' }));
  const statuses = async (IncludeAllInstances: boolean) =>
    (await world.ec2.send(new DescribeInstanceStatusCommand({ IncludeAllInstances }))).InstanceStatuses ?? [];
  expect((await statuses(false)).map((one) => one.InstanceId)).toEqual([world.prod.instanceId]);
  expect((await statuses(true)).length).toBe(2);
  const console = (Latest: boolean) =>
    world.ec2.send(new GetConsoleOutputCommand({ InstanceId: id, Latest }));
  expect(await refusal(console(true))).toMatchObject({ code: 'UnsupportedOperation' });
  expect((await console(false)).Output).toBeUndefined();
  await world.clock.advance(8_000);
  await world.clock.advance(225_000);
  expect(Buffer.from((await console(false)).Output ?? '', 'base64').toString()).toBe('login:');
});

test('a hidden instance is neither found nor listed', async () => {
  await using world = await launchWorld();
  world.server.nextLaunch = { invisibleFor: 5_000 };
  const id = await idOf(run(world));
  const byId = () => world.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  expect(await refusal(byId())).toMatchObject({ code: 'InvalidInstanceID.NotFound' });
  expect((await world.ec2.send(new DescribeInstancesCommand({}))).Reservations).toHaveLength(1);
  await world.clock.advance(5_000);
  expect((await byId()).Reservations).toHaveLength(1);
});
