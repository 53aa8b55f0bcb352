import { TAG } from '../../../../src/core/catalogue/tags.ts';
import { noLog } from '../../../../src/core/ports/log.ts';
import { createLazyEc2 } from '../../../../src/gateways/ec2/lazy-ec2.ts';
import { noMetrics } from '../../../no-metrics.ts';
import { CALL, retentionWorld } from '../../../workflows/retention/retention-world.ts';

describe('deregister', () => {
  test('takes the snapshots along and gives EC2’s own word on each', async () => {
    await using world = await retentionWorld();
    const [one, two] = [world.backup(1), world.backup(2)];
    world.snapshotOf(two).deleteResult = 'internal-error';
    expect(await world.port.deregister(one.imageId, CALL)).toEqual([
      { snapshotId: 'snap-00000000000000001', result: 'success' },
    ]);
    expect(await world.port.deregister(two.imageId, CALL)).toEqual([
      { snapshotId: 'snap-00000000000000002', result: 'internal-error' },
    ]);
    expect([...world.server.snapshots.keys()]).toEqual(['snap-00000000000000002']);
  });

  test('of an image that is gone says nothing of its snapshots', async () => {
    await using world = await retentionWorld();
    const { imageId } = world.backup(1);
    await world.port.deregister(imageId, CALL);
    expect(await world.port.deregister(imageId, CALL)).toEqual([]);
    expect(await world.port.deregister('ami-0ffffffffffffffff', CALL)).toEqual([]);
  });

  test('of a protected image is refused', async () => {
    await using world = await retentionWorld();
    const { imageId } = world.backup(1);
    await world.port.setProtected(imageId, true, CALL);
    await expect(world.port.deregister(imageId, CALL)).rejects.toMatchObject({
      problem: { code: 'ec2-refused', action: 'DeregisterImage', awsCode: 'OperationNotPermitted' },
    });
    await world.port.setProtected(imageId, false, CALL);
    expect(await world.port.deregister(imageId, CALL)).toHaveLength(1);
  });

  test('without the permission names it', async () => {
    await using world = await retentionWorld();
    const { imageId } = world.backup(1);
    world.server.denied.add('ec2:DeregisterImage');
    await expect(world.port.deregister(imageId, CALL)).rejects.toMatchObject({
      problem: { code: 'permissions-missing', actions: ['ec2:DeregisterImage'] },
    });
  });
});

test('deleteSnapshot gives DeregisterImage’s words for what became of it', async () => {
  await using world = await retentionWorld();
  const image = world.backup(1);
  const { snapshotId } = world.snapshotOf(image);
  const deleted = () => world.port.deleteSnapshot(snapshotId, CALL);
  expect(await deleted()).toEqual({ snapshotId, result: 'skipped' });
  world.server.images.delete(image.imageId);
  world.server.denied.add('ec2:DeleteSnapshot');
  expect(await deleted()).toEqual({ snapshotId, result: 'missing-permissions' });
  world.server.denied.clear();
  world.server.faults.push({ action: 'DeleteSnapshot', kind: 'error', code: 'OperationNotPermitted' });
  expect(await deleted()).toEqual({ snapshotId, result: 'OperationNotPermitted' });
  expect(await deleted()).toEqual({ snapshotId, result: 'success' });
  expect(await deleted()).toEqual({ snapshotId, result: 'success' });
  world.server.faults.push({ action: 'DeleteSnapshot', kind: 'http', status: 503, times: 1_000 });
  await expect(deleted()).rejects.toMatchObject({ problem: { code: 'ec2-unavailable' } });
});

test('setDisabled, tag and untag do what they say, and again without harm', async () => {
  await using world = await retentionWorld();
  const image = world.backup(1);
  const { port } = world;
  for (let i = 0; i < 2; i += 1) {
    await port.setDisabled(image.imageId, true, CALL);
    await port.tag([image.imageId], { [TAG.held]: 'UANA', [TAG.note]: 'x' }, CALL);
    expect([image.state, image.tags[TAG.held]]).toEqual(['disabled', 'UANA']);
  }
  for (let i = 0; i < 2; i += 1) {
    await port.setDisabled(image.imageId, false, CALL);
    await port.untag([image.imageId], [TAG.held], CALL);
    expect([image.state, image.tags[TAG.held], image.tags[TAG.note]]).toEqual(['available', undefined, 'x']);
  }
  await expect(port.untag([image.imageId], [], CALL)).rejects.toThrow('would take every tag');
  const before = world.server.calls.length;
  await port.tag([image.imageId], {}, CALL);
  expect(world.server.calls.length).toBe(before);
});

test('the catalogue is read anew after each change, not after a look', async () => {
  await using world = await retentionWorld();
  const [image, other] = [world.backup(1), world.backup(2)];
  const { port } = world;
  const seen = async () =>
    (await port.catalogue(CALL)).map(
      (e) => `${e.imageState}${e.held ? ' held' : ''}${e.isProtected ? ' protected' : ''}`,
    );
  const changes: [() => Promise<unknown>, string[]][] = [
    [() => port.setDisabled(image.imageId, true, CALL), ['disabled', 'available']],
    [() => port.setDisabled(image.imageId, false, CALL), ['available', 'available']],
    [() => port.setProtected(image.imageId, true, CALL), ['available protected', 'available']],
    [() => port.setProtected(image.imageId, false, CALL), ['available', 'available']],
    [() => port.tag([image.imageId], { [TAG.held]: '' }, CALL), ['available held', 'available']],
    [() => port.untag([image.imageId], [TAG.held], CALL), ['available', 'available']],
    [() => port.deregister(other.imageId, CALL), ['available']],
  ];
  expect(await seen()).toEqual(['available', 'available']);
  const read = world.server.count('DescribeImages');
  await seen();
  expect(world.server.count('DescribeImages')).toBe(read);
  for (const [change, then] of changes) {
    await change();
    expect(await seen()).toEqual(then);
    await world.clock.advance(1);
  }
});

test('all pages are read: images that are unreadable as well, snapshots without an image, instances that live', async () => {
  await using world = await retentionWorld();
  const images = Array.from({ length: 20 }, (_, i) => world.backup(i + 1));
  const [first, second, third] = images;
  if (first === undefined || second === undefined || third === undefined) throw new Error('too few');
  delete first.tags[TAG.target];
  world.server.images.delete(second.imageId);
  world.snapshotOf(third).tags[TAG.deleting] = 'bk-3';
  // The machine itself has a page of its own.
  for (let i = 0; i < 15; i += 1) world.server.addInstance({ tags: {} }).imageId = `ami-${i}`;
  const user = world.server.addInstance({ tags: {} });
  user.imageId = third.imageId;
  const gone = world.server.addInstance({ tags: {} });
  gone.imageId = first.imageId;
  gone.state = 'terminated';
  expect((await world.port.taggedImages(CALL)).map((image) => image.imageId).sort()).toEqual(
    images.filter((image) => image !== second).map((image) => image.imageId),
  );
  const snapshots = await world.port.taggedSnapshots(CALL);
  expect(snapshots).toHaveLength(20);
  expect(snapshots.slice(1, 3)).toEqual([
    {
      snapshotId: 'snap-00000000000000002',
      runId: second.tags[TAG.run],
      target: 'prod',
      volumeBytes: 1024 ** 3,
    },
    {
      snapshotId: 'snap-00000000000000003',
      runId: third.tags[TAG.run],
      target: 'prod',
      volumeBytes: 1024 ** 3,
      deleting: true,
    },
  ]);
  const many = [
    ...images.map((image) => image.imageId),
    ...Array.from({ length: 400 }, (_, i) => `ami-x${i}`),
  ];
  expect(await world.port.instancesFrom(many, CALL)).toEqual(new Map([[third.imageId, user.instanceId]]));
  expect(await world.port.instancesFrom([], CALL)).toEqual(new Map());
});

test('the port that loads the SDK late does all of it', async () => {
  await using world = await retentionWorld();
  const { imageId } = world.backup(1);
  const lazy = createLazyEc2(
    {
      region: world.server.region,
      endpointEc2: world.server.url,
      endpointEbs: world.server.url,
      credentials: { accessKeyId: 'AKIDSANDBOX', secretAccessKey: 'sandbox' },
    },
    { clock: world.hurried, random: () => 0.5, metrics: noMetrics, log: noLog },
  );
  await lazy.setProtected(imageId, true, CALL);
  await lazy.setProtected(imageId, false, CALL);
  await lazy.setDisabled(imageId, true, CALL);
  await lazy.tag([imageId], { [TAG.note]: 'x' }, CALL);
  await lazy.untag([imageId], [TAG.note], CALL);
  expect([
    (await lazy.taggedImages(CALL)).length,
    (await lazy.taggedSnapshots(CALL)).length,
    (await lazy.instancesFrom([imageId], CALL)).size,
    await lazy.deregister(imageId, CALL),
    await lazy.deleteSnapshot('snap-0ffffffffffffffff', CALL),
  ]).toEqual([
    1,
    1,
    0,
    [{ snapshotId: 'snap-00000000000000001', result: 'success' }],
    { snapshotId: 'snap-0ffffffffffffffff', result: 'success' },
  ]);
  lazy.close();
});
