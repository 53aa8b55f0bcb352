import { CreateImageCommand } from '@aws-sdk/client-ec2';
import { createCaller } from '../../../../src/gateways/ec2/calls.ts';
import { addedBytes } from '../../../../src/gateways/ec2/images/sizes.ts';
import { noMetrics } from '../../../no-metrics.ts';
import { startWorld, type World } from '../../../sandbox/ec2/harness.ts';
import { hurriedClock } from '../hurried-clock.ts';

const BLOCK = 512 * 1024;

/** A completed snapshot of the machine's first volume. */
async function snapshot(world: World, Name: string, InstanceId = world.prod.instanceId): Promise<string> {
  const { ImageId = '' } = await world.ec2.send(new CreateImageCommand({ InstanceId, Name, NoReboot: true }));
  world.server.completeImage(ImageId);
  return world.server.images.get(ImageId)?.mappings[0]?.snapshotId ?? '';
}

function measure(world: World, snapshotId: string, previous?: string, signal = new AbortController().signal) {
  const caller = createCaller({ clock: hurriedClock(), random: () => 0.5, metrics: noMetrics });
  return addedBytes(world.ebs, caller, snapshotId, previous, { signal, patienceMs: 60_000 });
}

test('the first snapshot added all that is used, page by page', async () => {
  await using world = await startWorld({ pageSize: 300 });
  const first = await snapshot(world, 'one');
  expect(await measure(world, first)).toEqual({ known: true, bytes: 1000 * BLOCK });
  expect(world.server.count('ListSnapshotBlocks')).toBe(4);
});

test('the next one added what changed, page by page', async () => {
  await using world = await startWorld({ pageSize: 150 });
  const first = await snapshot(world, 'one');
  for (const volume of world.server.volumes.values()) volume.changeBlocks(400);
  const second = await snapshot(world, 'two');
  const [a, b] = [first, second].map((id) => world.server.snapshots.get(id));
  const changed = b?.blocks.between(a?.epoch ?? 0, b.epoch).length ?? 0;
  expect(changed).toBeGreaterThanOrEqual(400);
  expect(await measure(world, second, first)).toEqual({ known: true, bytes: changed * BLOCK });
  expect(world.server.count('ListChangedBlocks')).toBeGreaterThan(2);
  expect(world.server.count('ListSnapshotBlocks')).toBe(0);
});

test('a block that only the first snapshot has was freed, and adds nothing', async () => {
  await using world = await startWorld();
  const first = await snapshot(world, 'one');
  for (const volume of world.server.volumes.values()) volume.changeBlocks(200);
  const second = await snapshot(world, 'two');
  const forward = await measure(world, second, first);
  const backward = await measure(world, first, second);
  if (!forward.known || !backward.known) throw new Error('the sizes are not known');
  const [a, b] = [first, second].map((id) => world.server.snapshots.get(id));
  const grown = (b?.blocks.at(b.epoch).length ?? 0) - (a?.blocks.at(a.epoch).length ?? 0);
  expect(grown).toBeGreaterThan(0);
  expect(backward.bytes).toBe(forward.bytes - grown * BLOCK);
});

test.each<[string, (world: World, first: string) => void]>([
  ['was deleted by hand', (world, first) => void world.server.snapshots.delete(first)],
  [
    'is of another volume',
    (world, first) => Object.assign(world.server.snapshots.get(first) ?? {}, { volumeId: 'vol-other' }),
  ],
])('where the one before %s, the whole is measured', async (_what, damage) => {
  await using world = await startWorld();
  const first = await snapshot(world, 'one');
  const second = await snapshot(world, 'two');
  damage(world, first);
  const used = world.server.snapshots.get(second)?.fullBytes;
  expect(await measure(world, second, first)).toEqual({ known: true, bytes: used });
});

test('a missing permission is named', async () => {
  await using world = await startWorld();
  const first = await snapshot(world, 'one');
  const second = await snapshot(world, 'two');
  world.server.denied.add('ebs:ListChangedBlocks');
  expect(await measure(world, second, first)).toEqual({
    known: false,
    reason: 'permission ebs:ListChangedBlocks is missing',
  });
  world.server.denied.add('ebs:ListSnapshotBlocks');
  expect(await measure(world, first)).toEqual({
    known: false,
    reason: 'permission ebs:ListSnapshotBlocks is missing',
  });
});

test('throttling is waited out, and given up with its code', async () => {
  await using world = await startWorld();
  const first = await snapshot(world, 'one');
  const throttled = {
    action: 'ListSnapshotBlocks',
    kind: 'error',
    code: 'RequestThrottledException',
    status: 400,
  } as const;
  world.server.faults.push({ ...throttled, times: 3 });
  expect(await measure(world, first)).toEqual({ known: true, bytes: 1000 * BLOCK });
  world.server.faults.push({ ...throttled, times: 1000 });
  expect(await measure(world, first)).toEqual({
    known: false,
    reason: 'EBS direct API: RequestThrottledException',
  });
});

test('a snapshot that is not there, or not completed, has no size', async () => {
  await using world = await startWorld();
  expect(await measure(world, 'snap-0b62e1f4000000009')).toEqual({
    known: false,
    reason: 'EBS direct API: ResourceNotFoundException',
  });
});

test('a stop is no size', async () => {
  await using world = await startWorld();
  const first = await snapshot(world, 'one');
  const stop = new AbortController();
  stop.abort(new Error('stopping'));
  await expect(measure(world, first, undefined, stop.signal)).rejects.toThrow('stopping');
});
