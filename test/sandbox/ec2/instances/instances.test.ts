import {
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  type DescribeInstancesCommandInput,
  DescribeVolumesCommand,
} from '@aws-sdk/client-ec2';
import { standardInstall } from '../../../../sandbox/ec2/world.ts';
import { refusal, startWorld, type World } from '../harness.ts';

async function describeAll(world: World, input: DescribeInstancesCommandInput = {}) {
  const { Reservations = [] } = await world.ec2.send(new DescribeInstancesCommand(input));
  return Reservations.flatMap((reservation) => reservation.Instances ?? []);
}

test('the standard install is as CircleCI sets it up', async () => {
  await using world = await startWorld();
  const { prod } = standardInstall(world.server);
  const [machine] = await describeAll(world, { InstanceIds: [prod.instanceId] });
  expect(machine).toMatchObject({
    State: { Code: 16, Name: 'running' },
    InstanceType: 'm5.2xlarge',
    PrivateIpAddress: '10.20.1.12',
    PublicIpAddress: '203.0.113.40',
    Placement: { AvailabilityZone: 'eu-west-1a' },
    KeyName: 'circleci',
    RootDeviceName: '/dev/sda1',
    IamInstanceProfile: { Arn: 'arn:aws:iam::123456789012:instance-profile/circleci_profile' },
    SecurityGroups: [{ GroupName: 'circleci_services_sg' }, { GroupName: 'circleci_users_sg' }],
    MetadataOptions: { HttpTokens: 'optional', HttpPutResponseHopLimit: 1 },
    Tags: [{ Key: 'Name', Value: 'circleci_services' }],
    BlockDeviceMappings: [{ DeviceName: '/dev/sda1', Ebs: { DeleteOnTermination: false } }],
  });
  const Filters = [{ Name: 'attachment.instance-id', Values: [prod.instanceId] }];
  const { Volumes } = await world.ec2.send(new DescribeVolumesCommand({ Filters }));
  const Attachments = [{ InstanceId: prod.instanceId, Device: '/dev/sda1', State: 'attached' }];
  expect(Volumes).toMatchObject([{ Size: 150, VolumeType: 'gp2', State: 'in-use', Attachments }]);
  const attribute = await world.ec2.send(
    new DescribeInstanceAttributeCommand({ InstanceId: prod.instanceId, Attribute: 'disableApiTermination' }),
  );
  expect(attribute.DisableApiTermination).toEqual({ Value: true });
});

test('a machine is found by tag, state or address', async () => {
  await using world = await startWorld();
  const other = world.server.addInstance({ tags: { Name: 'builder' }, privateIp: '10.20.9.9' });
  const ids = async (Name: string, ...Values: string[]) =>
    (await describeAll(world, { Filters: [{ Name, Values }] })).map((each) => each.InstanceId);
  expect(await ids('tag:Name', 'circleci_services')).toEqual([world.prod.instanceId]);
  expect(await ids('private-ip-address', '10.20.9.9')).toEqual([other.instanceId]);
  world.server.stopInstance(other.instanceId);
  expect(await ids('instance-state-name', 'stopped')).toEqual([other.instanceId]);
});

test('a machine that was lost has no address, no network and no volumes', async () => {
  await using world = await startWorld();
  world.server.terminateInstance(world.prod.instanceId);
  const [machine] = await describeAll(world);
  expect(machine).toMatchObject({
    State: { Name: 'terminated' },
    BlockDeviceMappings: [],
    SecurityGroups: [],
  });
  expect(machine).not.toHaveProperty('PrivateIpAddress');
  expect(machine).not.toHaveProperty('SubnetId');
  const { Volumes } = await world.ec2.send(new DescribeVolumesCommand({}));
  expect(Volumes).toMatchObject([{ State: 'available', Attachments: [] }]);
});

test('stopping loses the public address, starting gives another', async () => {
  await using world = await startWorld();
  const before = world.prod.publicIp;
  world.server.stopInstance(world.prod.instanceId);
  expect((await describeAll(world))[0]).not.toHaveProperty('PublicIpAddress');
  world.server.startInstance(world.prod.instanceId);
  const after = (await describeAll(world))[0]?.PublicIpAddress;
  expect(after).toMatch(/^203\.0\.113\./);
  expect(after).not.toBe(before);
});

test('ids that are wrong are told apart', async () => {
  await using world = await startWorld();
  expect(await refusal(describeAll(world, { InstanceIds: ['i-xyz'] }))).toEqual({
    code: 'InvalidInstanceID.Malformed',
    status: 400,
    message: 'Invalid id: "i-xyz" (expecting "i-...")',
  });
  expect(await refusal(describeAll(world, { InstanceIds: ['i-0123456789abcdef0'] }))).toMatchObject({
    code: 'InvalidInstanceID.NotFound',
  });
});
