import {
  CreateImageCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import type { Ec2Change } from '../../../../sandbox/ec2/state.ts';
import { createEc2Server } from '../../../../sandbox/ec2/wire/server.ts';
import { standardInstall } from '../../../../sandbox/ec2/world.ts';
import { scaledClock } from '../../../../sandbox/scaled-clock.ts';
import { refusal, startWorld } from '../harness.ts';

test('a machine of 150 GB is backed up on a clock that runs fast, and listeners hear of it unasked', async () => {
  const clock = scaledClock(20_000);
  const server = await createEc2Server({ clock, snapshotSeconds: { min: 60, max: 600 } });
  const { prod } = standardInstall(server);
  const heard: string[] = [];
  const available = new Promise<Ec2Change>((resolve) => {
    server.onChange((change) => {
      if (!change.what.endsWith('%')) heard.push(`${change.noun} ${change.what}`);
      if (change.what === 'available') resolve(change);
    });
  });
  const credentials = { accessKeyId: 'AKIDSANDBOX', secretAccessKey: 'sandbox' };
  const ec2 = new EC2Client({ endpoint: server.url, region: server.region, maxAttempts: 1, credentials });
  await ec2.send(new CreateImageCommand({ InstanceId: prod.instanceId, Name: 'one', NoReboot: true }));
  expect((await available).noun).toBe('image');
  expect(heard).toEqual(['snapshot created', 'image created', 'snapshot completed', 'image available']);
  const { Snapshots } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }));
  expect(Snapshots).toMatchObject([{ State: 'completed', FullSnapshotSizeInBytes: 48 * 2 ** 30 }]);
  ec2.destroy();
  await server.close();
});

test('the second snapshot takes less time, because it copies less', async () => {
  await using world = await startWorld();
  for (const Name of ['one', 'two']) {
    await world.ec2.send(new CreateImageCommand({ InstanceId: world.prod.instanceId, Name }));
  }
  const [first = 0, second = 0] = [...world.server.snapshots.values()].map((snapshot) => snapshot.durationMs);
  expect(first).toBe(53_945);
  expect(second).toBeGreaterThan(10_000);
  expect(second).toBeLessThan(12_000);
});

test('a state of the sandbox can be changed by hand', async () => {
  await using world = await startWorld();
  const { ImageId = '' } = await world.ec2.send(
    new CreateImageCommand({ InstanceId: world.prod.instanceId, Name: 'one' }),
  );
  const heard: Ec2Change[] = [];
  const stop = world.server.onChange((change) => heard.push(change));
  const snapshotId = [...world.server.snapshots.keys()][0] ?? '';
  world.server.errorSnapshot(snapshotId, 'The disk failed');
  stop();
  expect(heard.map((change) => `${change.id} ${change.what}`)).toEqual([
    `${snapshotId} error`,
    `${ImageId} failed`,
  ]);
  Object.assign(world.server.images.get(ImageId) ?? {}, { state: 'transient' });
  const { Images } = await world.ec2.send(new DescribeImagesCommand({ Owners: ['self'] }));
  expect(Images).toMatchObject([{ State: 'transient' }]);
  expect(() => world.server.failImage('ami-0', 'x')).toThrow('The sandbox has no ami-0');
});

test('closing ends calls that wait for an answer', async () => {
  const world = await startWorld();
  world.server.faults.push({ action: '*', kind: 'silence', applied: false });
  const outcome = refusal(world.ec2.send(new DescribeImagesCommand({})));
  while (world.server.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await world[Symbol.asyncDispose]();
  expect((await outcome).status).toBeUndefined();
});
