import { EBSClient, ListSnapshotBlocksCommand } from '@aws-sdk/client-ebs';
import { DescribeInstancesCommand, EC2Client, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { createEc2Server } from '../../../sandbox/ec2/wire/server.ts';
import { handClock } from '../../hand-clock.ts';
import { refusal, STARTED, startWorld } from './harness.ts';

/** Two regions at one address, and a client of any. */
async function twoRegions() {
  const elsewhere = await createEc2Server({
    clock: handClock(STARTED),
    region: 'us-west-2',
  });
  const world = await startWorld({ elsewhere: [elsewhere] });
  const there = elsewhere.addInstance();
  const config = (region: string) => ({
    endpoint: world.server.url,
    region,
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIDSANDBOX', secretAccessKey: 'sandbox' },
  });
  return {
    ...world,
    elsewhere,
    there,
    ec2In: (region: string) => new EC2Client(config(region)),
    ebsIn: (region: string) => new EBSClient(config(region)),
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await elsewhere.close();
    },
  };
}

const idsIn = async (client: EC2Client) =>
  (await client.send(new DescribeInstancesCommand({}))).Reservations?.flatMap(
    ({ Instances }) => Instances?.map(({ InstanceId }) => InstanceId) ?? [],
  );

test('a request goes to the region for which it is signed, and is noted there', async () => {
  await using world = await twoRegions();
  expect(await idsIn(world.ec2In('eu-west-1'))).toEqual([world.prod.instanceId]);
  expect(await idsIn(world.ec2In('us-west-2'))).toEqual([world.there.instanceId]);
  expect([world.server.count('DescribeInstances'), world.elsewhere.count('DescribeInstances')]).toEqual([
    1, 1,
  ]);
  expect(world.there.zone).toBe('us-west-2a');
});

test('what is in one region does not exist in the other', async () => {
  await using world = await twoRegions();
  expect(world.there.instanceId).not.toBe(world.prod.instanceId);
  const stop = new StopInstancesCommand({ InstanceIds: [world.there.instanceId] });
  expect(await refusal(world.ec2In('eu-west-1').send(stop))).toMatchObject({
    code: 'InvalidInstanceID.NotFound',
  });
  expect(world.elsewhere.instances.get(world.there.instanceId)?.state).toBe('running');
});

test('a region that nobody simulates takes no credentials, as one that an account has not enabled', async () => {
  await using world = await twoRegions();
  expect(await refusal(idsIn(world.ec2In('ap-east-1')))).toEqual({
    code: 'AuthFailure',
    status: 401,
    message: 'AWS was not able to validate the provided access credentials',
  });
  const blocks = new ListSnapshotBlocksCommand({ SnapshotId: 'snap-0b62e1f4000000001' });
  expect(await refusal(world.ebsIn('ap-east-1').send(blocks))).toMatchObject({
    code: 'UnrecognizedClientException',
    status: 403,
  });
  expect(world.server.calls.map(({ result }) => result)).toEqual([
    'AuthFailure',
    'UnrecognizedClientException',
  ]);
});
