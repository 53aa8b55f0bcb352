import type { ImageRecord } from '../../../../sandbox/ec2/state.ts';
import { scaledClock } from '../../../../sandbox/scaled-clock.ts';
import type { ImageStatus } from '../../../../src/core/model/image.ts';
import { noLog } from '../../../../src/core/ports/log.ts';
import { createEc2 } from '../../../../src/gateways/ec2/ec2.ts';
import { noMetrics } from '../../../no-metrics.ts';
import { olderBackups, olderSnapshot } from '../../../older-backup.ts';
import { startWorld } from '../../../sandbox/ec2/harness.ts';

const RUNS = 250;

test('many runs are watched by few calls: 200 runs a filter, and all pages of each', async () => {
  await using world = await startWorld({ pageSize: 90 });
  for (let i = 0; i < RUNS; i += 1) {
    const image: ImageRecord = {
      imageId: `ami-${String(i).padStart(17, '0')}`,
      name: `circleci-backup/prod/bk-${i}`,
      description: '',
      state: 'pending',
      sourceInstanceId: world.prod.instanceId,
      createdAt: world.clock.now(),
      rootDevice: '/dev/sda1',
      mappings: [],
      tags: { 'circleci-backup:run': `bk-${i}` },
      noReboot: true,
      protection: 'disabled',
      fails: { at: Number.POSITIVE_INFINITY, message: '' },
    };
    world.server.images.set(image.imageId, image);
  }
  const ec2 = createEc2(
    {
      region: world.server.region,
      endpointEc2: world.server.url,
      endpointEbs: world.server.url,
      credentials: { accessKeyId: 'AKIDSANDBOX', secretAccessKey: 'sandbox' },
    },
    { clock: scaledClock(1000), random: () => 0.5, metrics: noMetrics, log: noLog },
  );
  const stop = new AbortController();
  const first = async (name: string): Promise<ImageStatus | undefined> => {
    for await (const event of ec2.watch(name, stop.signal)) {
      if ('status' in event) return event.status;
    }
    return undefined;
  };
  const seen = await Promise.all(
    Array.from({ length: RUNS }, (_, i) => first(`circleci-backup/prod/bk-${i}`)),
  );
  expect(seen.map((status, i) => status?.image.tags['circleci-backup:run'] === `bk-${i}`)).toEqual(
    Array.from({ length: RUNS }, () => true),
  );

  // The first round asks about the run that came first, the second about the others: 200 in 3 pages, 49 in 1.
  const asked = world.server.calls.filter((call) => call.action === 'DescribeImages');
  expect(asked).toHaveLength(1 + 3 + 1);
  expect(world.server.count('DescribeSnapshots')).toBe(1 + 2);
  stop.abort();
  ec2.close();
});

test('tags copied to other images and their snapshots say nothing of a run, nor does one taken off', async () => {
  await using world = await startWorld();
  const { server, prod } = world;
  const made = (name: string, tags: Record<string, string>) => {
    const older = olderBackups(server, prod, world.clock.now(), server.images.size);
    return older(0, { name }, tags);
  };
  const ours = made('circleci-backup/prod/bk-1', { 'circleci-backup:run': 'bk-1' });
  const copied = made('golden image', ours.tags);
  made('somebody/bk-1', ours.tags);
  // EC2 says nothing of what its snapshot was made for.
  made('another copy', ours.tags);
  delete ours.tags['circleci-backup:run'];
  const broken = server.snapshots.get(copied.mappings[0]?.snapshotId ?? '');
  if (broken !== undefined) {
    broken.state = 'error';
    broken.description = `Created by CreateImage(${prod.instanceId}) for ${copied.imageId}`;
  }
  // By hand, of the same volume and with all tags: EC2 does not say that it is part of an image.
  const byHand = olderSnapshot(server, prod, 'snap-0000000000000aaaa', world.clock.now(), ours.tags);
  server.snapshots.set(byHand.snapshotId, { ...byHand, state: 'error' });
  const ec2 = createEc2(
    {
      region: server.region,
      endpointEc2: server.url,
      endpointEbs: server.url,
      credentials: { accessKeyId: 'AKIDSANDBOX', secretAccessKey: 'sandbox' },
    },
    { clock: scaledClock(1000), random: () => 0.5, metrics: noMetrics, log: noLog },
  );
  const stop = new AbortController();
  for await (const event of ec2.watch(ours.name, stop.signal)) {
    if (!('status' in event)) continue;
    expect(event.status?.image.imageId).toBe(ours.imageId);
    expect(event.status?.snapshots.map(({ snapshotId }) => snapshotId)).toEqual([
      ours.mappings[0]?.snapshotId,
    ]);
    break;
  }
  stop.abort();
  ec2.close();
});
