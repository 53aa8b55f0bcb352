import { TAG } from '../../../src/core/catalogue/tags.ts';
import { previewRetention, runsGoingOn } from '../../../src/runs/retention-reading.ts';
import { applyRetention } from '../../../src/workflows/retention/retention.ts';
import { memoryStore } from '../../memory-store.ts';
import { aSnapshot, CALL, DAY, HOUR, PROD, type RetentionWorld, retentionWorld } from './retention-world.ts';

const none: ReadonlySet<string> = new Set();

function apply(
  world: RetentionWorld,
  target = PROD,
  running = none,
  restoring: ReadonlyMap<string, string> = new Map(),
) {
  return applyRetention({ ec2: world.port, clock: world.hurried, store: world.store }, target, {
    running,
    restoring,
    call: CALL,
  });
}

const ids = (list: readonly { imageId: string }[]) => list.map(({ imageId }) => imageId);

test('what no rule keeps goes with its snapshots; everything has its reason', async () => {
  await using world = await retentionWorld();
  const [newest, second, third] = [world.backup(1), world.backup(2), world.backup(3)];
  const nightly = world.backup(9, {}, { [TAG.schedule]: 'nightly' });
  const retired = world.backup(9, {}, { [TAG.schedule]: 'no-longer-there' });
  const failed = world.backup(9, { state: 'failed' }, { [TAG.outcome]: 'failed' });
  const young = world.backup(3, { state: 'failed' }, { [TAG.outcome]: 'failed' });
  const result = await apply(world);
  expect(ids(result.deleted)).toEqual(ids([third, failed]));
  expect(result.deleted.map(({ snapshots }) => snapshots.map((s) => s.result))).toEqual([
    ['success'],
    ['success'],
  ]);
  expect(result.deleted.map(({ reason }) => reason)).toEqual([
    'no rule keeps it; what stays is the last 2',
    'failed 9 d ago',
  ]);
  expect(ids(result.kept).sort()).toEqual(ids([newest, second, nightly, retired]));
  expect(result.leftAlone).toEqual([
    { backupId: young.tags[TAG.run], imageId: young.imageId, reason: 'failed 3 d ago; it stays for 7 d' },
  ]);
  expect(result).toMatchObject({ disabled: [], enabled: [], finished: [], orphans: [], failed: [] });
  expect([...world.server.images.keys()].sort()).toEqual(
    ids([newest, second, nightly, retired, young]).sort(),
  );
  expect(world.server.snapshots.size).toBe(5);
});

test('what a run restores stays, however long that waits for people', async () => {
  await using world = await retentionWorld();
  const [, , third, fourth] = [world.backup(1), world.backup(2), world.backup(3), world.backup(4)];
  const lock = { target: 'prod', requester: { userId: 'U1', teamId: 'T1' }, since: 0 };
  const input = { backup: { imageId: third.imageId } };
  const { locks } = world.store;
  await locks.acquire({ ...lock, runId: 'rs-1', workflow: 'restore', input });
  const { running, restoring } = await runsGoingOn(world.store);
  expect(running).toEqual(new Set(['rs-1']));
  const result = await apply(world, PROD, running, restoring);
  expect(ids(result.deleted)).toEqual([fourth.imageId]);
  expect(result.kept.find(({ imageId }) => imageId === third.imageId)?.reason).toBe('used by rs-1');
});

test('a preview says the same and changes nothing', async () => {
  await using world = await retentionWorld();
  for (const days of [1, 2, 3]) world.backup(days);
  const { deleting, kept } = await previewRetention(world.port, PROD, {
    now: world.clock.now(),
    running: none,
    restoring: new Map(),
    record: { machines: [], deletions: [], backups: [] },
    call: CALL,
  });
  expect([ids(deleting), ids(kept)]).toEqual([
    ['ami-00000000000000003'],
    ['ami-00000000000000001', 'ami-00000000000000002'],
  ]);
  expect(new Set(world.server.calls.map(({ action }) => action))).toEqual(
    new Set(['DescribeSnapshots', 'DescribeImages', 'DescribeInstances']),
  );
});

test('what is not ours beyond doubt is left alone and said', async () => {
  await using world = await retentionWorld();
  const one = { ...PROD, keep: { last: 1 } };
  world.backup(1);
  const renamed = world.backup(30, { name: 'copy of a backup' });
  const copied = world.backup(31, { sourceInstanceId: 'i-0fffffffffffffff0' });
  const dlm = world.backup(32, {}, { 'aws:dlm:lifecycle-policy-id': 'policy-1' });
  const halfTagged = world.backup(33, {}, { [TAG.target]: undefined });
  const other = world.backup(34, {}, { [TAG.target]: 'staging' });
  const used = world.backup(35);
  world.server.addInstance({ tags: {} }).imageId = used.imageId;
  const going = world.backup(36, {}, { [TAG.outcome]: undefined });
  const shield = world.backup(37, { protection: 'enabled-without-cooldown' });
  const held = world.backup(38, {}, { [TAG.held]: 'UANA: the last one with the old disk' });
  const result = await apply(world, one, new Set([going.tags[TAG.run] ?? '']));
  expect(result.deleted).toEqual([]);
  expect(world.server.images.size).toBe(10);
  expect(new Map(result.leftAlone.map(({ imageId, reason }) => [imageId, reason]))).toEqual(
    new Map([
      [renamed.imageId, expect.stringMatching(/^not ours: its name is “copy of a backup”/)],
      [copied.imageId, expect.stringMatching(/^not ours: its tags say it was made from i-/)],
      [dlm.imageId, 'not ours: it carries another tool’s tag aws:dlm:lifecycle-policy-id'],
      [going.imageId, 'its run goes on'],
      [halfTagged.imageId, 'not ours: its tag circleci-backup:target was removed'],
    ]),
  );
  const why = new Map(result.kept.map(({ imageId, reason }) => [imageId, reason]));
  expect(why.get(used.imageId)).toMatch(/^used by i-/);
  expect(why.get(shield.imageId)).toBe('EC2 protects its image from deregistration');
  expect(why.get(held.imageId)).toBe('held by UANA: the last one with the old disk');
  expect([...why.keys(), ...ids(result.leftAlone)]).not.toContain(other.imageId);
});

test('while the newest complete backup is overdue nothing goes', async () => {
  await using world = await retentionWorld();
  for (const days of [2, 3, 4]) world.backup(days);
  const result = await apply(world, { ...PROD, maxAgeMs: DAY });
  expect(result.deleted).toEqual([]);
  expect(result.leftAlone.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/^the newest complete backup is overdue: nothing is deleted/),
  ]);
});

describe('soft deletion', () => {
  const soft = { ...PROD, deleteGraceMs: 3 * DAY };

  test('disables first and deletes when the grace is over', async () => {
    await using world = await retentionWorld();
    const images = [1, 2, 3].map((days) => world.backup(days));
    const old = images[2];
    expect(ids((await apply(world, soft)).disabled)).toEqual([old?.imageId]);
    expect(old?.state).toBe('disabled');
    expect(Date.parse(old?.tags[TAG.disabledAt] ?? '')).toBe(world.clock.now());
    await world.clock.advance(3 * DAY - HOUR);
    expect(await apply(world, soft)).toMatchObject({ disabled: [], deleted: [] });
    await world.clock.advance(2 * HOUR);
    expect(ids((await apply(world, soft)).deleted)).toEqual([old?.imageId]);
  });

  test('a policy that was mended in time gets its backups back', async () => {
    await using world = await retentionWorld();
    const old = [1, 2, 3].map((days) => world.backup(days))[2];
    await apply(world, soft);
    const result = await apply(world, { ...soft, keep: { last: 3 } });
    expect(ids(result.enabled)).toEqual([old?.imageId]);
    expect([old?.state, old?.tags[TAG.disabledAt]]).toEqual(['available', undefined]);
  });

  test('so does one that a person holds', async () => {
    await using world = await retentionWorld();
    const old = [1, 2, 3].map((days) => world.backup(days))[2];
    await apply(world, soft);
    if (old !== undefined) old.tags[TAG.held] = 'UANA';
    expect(ids((await apply(world, soft)).enabled)).toEqual([old?.imageId]);
  });

  test('an image that somebody else disabled stays as it is', async () => {
    await using world = await retentionWorld();
    for (const days of [1, 2]) world.backup(days);
    world.backup(3, { state: 'disabled' });
    expect(await apply(world, soft)).toMatchObject({ disabled: [], deleted: [], enabled: [] });
  });
});

describe('snapshots that stay', () => {
  async function three(): Promise<RetentionWorld> {
    const world = await retentionWorld();
    for (const days of [1, 2, 3]) world.backup(days);
    return world;
  }
  const third = 'snap-00000000000000003';

  test('are deleted one by one when EC2 had an internal error', async () => {
    await using world = await three();
    const snapshot = world.server.snapshots.get(third);
    if (snapshot !== undefined) snapshot.deleteResult = 'internal-error';
    const result = await apply(world);
    expect(result.deleted[0]?.snapshots).toEqual([{ snapshotId: third, result: 'success' }]);
    expect(world.server.count('DeleteSnapshot')).toBe(1);
    expect(result.orphans).toEqual([]);
  });

  test('are said as orphans when another image shares them', async () => {
    await using world = await three();
    const shared = world.server.images.get('ami-00000000000000003')?.mappings ?? [];
    world.backup(5, { mappings: shared, name: 'made by hand' }, { [TAG.run]: undefined });
    const result = await apply(world);
    expect(result.deleted[0]?.snapshots).toEqual([{ snapshotId: third, result: 'skipped' }]);
    expect(result.orphans.map((s) => s.snapshotId)).toContain(third);
    expect(world.server.snapshots.has(third)).toBe(true);
  });

  test('are said as orphans when the permission is missing, and nobody asks again', async () => {
    await using world = await three();
    world.server.denied.add('ec2:DeleteSnapshot');
    const result = await apply(world);
    expect(result.deleted[0]?.snapshots).toEqual([{ snapshotId: third, result: 'missing-permissions' }]);
    expect(world.server.count('DeleteSnapshot')).toBe(0);
    // Marked as they are, the next run ends it once it may.
    world.server.denied.clear();
    expect(await apply(world)).toMatchObject({
      finished: [{ snapshotId: third, result: 'success' }],
      orphans: [],
    });
  });

  test('go also where they have as many tags as EC2 allows, so that none marks them', async () => {
    await using world = await three();
    const tags = world.server.snapshots.get(third)?.tags ?? {};
    for (let n = 0; Object.keys(tags).length < 50; n += 1) tags[`cost-${n}`] = 'x';
    expect(await apply(world)).toMatchObject({
      failed: [],
      deleted: [{ snapshots: [{ snapshotId: third, result: 'success' }] }],
    });
  });

  test('a copy that somebody made of our snapshot, tags and all, is said but never deleted', async () => {
    await using world = await three();
    const original = world.server.snapshots.get(third);
    const copy = aSnapshot(world, 'snap-0000000000000beef', 1, { ...original?.tags });
    world.server.snapshots.set(copy.snapshotId, copy);
    const result = await apply(world);
    expect(result.deleted[0]?.snapshots).toEqual([{ snapshotId: third, result: 'success' }]);
    expect(await apply(world)).toMatchObject({ finished: [], orphans: [{ snapshotId: copy.snapshotId }] });
    expect(world.server.snapshots.has(copy.snapshotId)).toBe(true);
  });
});

describe('trouble', () => {
  test('a protection that came after the plan is EC2’s refusal: the others go on', async () => {
    await using world = await retentionWorld();
    const [, , third, fourth] = [1, 2, 3, 4].map((days) => world.backup(days));
    world.server.onChange(({ id, what }) => {
      // As if somebody held it between the reading and the deregistration.
      if (id.startsWith('snap-') && what === 'tagged' && third !== undefined)
        third.protection = 'enabled-without-cooldown';
    });
    const result = await apply(world);
    expect(result.failed).toEqual([
      {
        what: 'delete',
        backupId: third?.tags[TAG.run],
        imageId: third?.imageId,
        problem: expect.objectContaining({ code: 'ec2-refused', awsCode: 'OperationNotPermitted' }),
      },
    ]);
    expect(ids(result.deleted)).toEqual([fourth?.imageId]);
    // From now on it stays, and what was to go with it is no longer marked.
    expect((await apply(world)).failed).toEqual([]);
    expect(
      world.snapshotOf(world.server.images.get(third?.imageId ?? '') ?? world.backup(0)).tags,
    ).not.toHaveProperty(TAG.deleting);
  });

  test('EC2 out of reach is waited for once, not once an image', async () => {
    await using world = await retentionWorld();
    for (const days of [1, 2, 3, 4, 5]) world.backup(days);
    world.server.faults.push({ action: 'DeregisterImage', kind: 'http', status: 503, times: 1_000 });
    const before = world.clock.now();
    const result = await apply(world);
    expect(result.failed.map(({ problem }) => problem.code)).toEqual(Array(3).fill('ec2-unavailable'));
    expect(world.clock.now() - before).toBeLessThan(2 * CALL.patienceMs);
  });

  test('a deregistration whose answer was lost is made again, and its snapshots are asked about', async () => {
    await using world = await retentionWorld();
    for (const days of [1, 2, 3]) world.backup(days);
    world.server.faults.push({ action: 'DeregisterImage', kind: 'cut', applied: true });
    const result = await apply(world);
    expect(result.deleted.map(({ snapshots }) => snapshots)).toEqual([
      [{ snapshotId: 'snap-00000000000000003', result: 'success' }],
    ]);
    expect(world.server.count('DeregisterImage')).toBe(2);
  });
});

describe('whoever takes tags off, changes or adds them', () => {
  /** Three of one machine by hand, of which one is to be kept, as the bot has written them down. */
  async function recorded() {
    const world = await retentionWorld();
    const all = [1, 2, 3].map((days) => world.backup(days));
    const about = { target: 'prod', region: world.server.region };
    for (const { tags, imageId } of all) {
      const backupId = tags[TAG.run] ?? '';
      const record = { backupId, imageId, ...about, isMade: true, outcome: 'complete' } as const;
      await world.store.backups.insert(backupId, record, true);
    }
    const reasons = async (store = world.store) => {
      const result = await applyRetention(
        { ec2: world.port, clock: world.hurried, store },
        { ...PROD, keep: { last: 1 } },
        { running: none, restoring: new Map(), call: CALL },
      );
      const told = [...result.kept, ...result.deleted, ...result.leftAlone];
      const of = new Map(told.map(({ imageId, reason }) => [imageId, reason]));
      return { deleted: ids(result.deleted), why: all.map(({ imageId }) => of.get(imageId)) };
    };
    return { ...world, world, all, reasons, tags: all.map(({ tags }) => tags) };
  }

  function retag(tags: Record<string, string> = {}, change: Record<string, string | undefined>): void {
    for (const [key, value] of Object.entries(change)) {
      if (value === undefined) delete tags[key];
      else tags[key] = value;
    }
  }

  test.each<[string, Record<string, string | undefined>]>([
    ['its outcome', { [TAG.outcome]: undefined }],
    ['another outcome', { [TAG.outcome]: 'failed', [TAG.problem]: 'canceled' }],
    ['another schedule, which keeps nothing of it', { [TAG.schedule]: 'nightly' }],
    ['a time of long ago', { [TAG.createdAt]: '2020-01-01T00:00:00.000Z' }],
  ])('makes the newest one no bad one, and lets nothing else go: %s', async (_what, change) => {
    await using here = await recorded();
    const { all, reasons, tags } = here;
    retag(tags[0], change);
    const { deleted, why } = await reasons();
    expect(deleted).toEqual(ids(all.slice(1)));
    expect(why[0]).toBe('newest complete backup; one of the last 1');
  });

  test('gives no held one free, with EC2’s protection taken off as well', async () => {
    await using here = await recorded();
    const { world, all, reasons } = here;
    const [, , third] = all;
    const backupId = third?.tags[TAG.run] ?? '';
    const kept = await world.store.backups.get(backupId);
    if (kept === undefined) throw new Error('it is not recorded');
    await world.store.backups.replace(backupId, 1, { ...kept.value, heldBy: 'UANA the upgrade' }, true);
    const { deleted, why } = await reasons();
    expect(deleted).toEqual([all[1]?.imageId]);
    expect(why[2]).toBe('held by UANA the upgrade');
  });

  test.each([
    [TAG.run, undefined, 'its tag circleci-backup:run was removed'],
    [TAG.target, undefined, 'its tag circleci-backup:target was removed'],
    [TAG.target, 'staging', 'its name is “circleci-backup/prod/'],
    [TAG.sourceInstance, 'i-0fffffffffffffff0', 'its tags say it was made from i-0fffffffffffffff0'],
  ])('hides none: %s as %s', async (key, value, said) => {
    await using here = await recorded();
    const { all, reasons, tags } = here;
    for (const one of [tags[0], tags[2]]) retag(one, { [key]: value });
    const { deleted, why } = await reasons();
    expect(why[0]).toBe('newest complete backup; one of the last 1');
    expect(why[2]).toContain(`its tags are not as I wrote them (${said}`);
    expect(deleted).toEqual([all[1]?.imageId]);
    // The same without the database: what cannot be told from its tags is left, and counts no more.
    const lost = await reasons(memoryStore());
    expect(lost.deleted).toEqual([]);
    expect(lost.why[0]).toContain(`not ours: ${said}`);
  });

  test('makes none complete whose run has not come to its end, and deletes none of those', async () => {
    await using here = await recorded();
    const { world, all, reasons, tags } = here;
    const backupId = tags[0]?.[TAG.run] ?? '';
    const { outcome: _none, ...begun } = (await world.store.backups.get(backupId))?.value ?? { backupId };
    if (!('imageId' in begun)) throw new Error('it is not recorded');
    await world.store.backups.replace(backupId, 1, begun, true);
    await world.clock.advance(400 * DAY);
    const { deleted, why } = await reasons();
    expect(deleted).toEqual([all[2]?.imageId]);
    expect(why[1]).toBe('newest complete backup; one of the last 1');
    expect(why[0]).not.toContain('newest complete');
  });
});

test('a tag makes no complete backup of one that ended as partial', async () => {
  await using world = await retentionWorld();
  const [partial, good] = [world.backup(1), world.backup(2)];
  const backupId = partial.tags[TAG.run] ?? '';
  const { region } = world.server;
  const record = { backupId, imageId: partial.imageId, target: 'prod', region, outcome: 'partial' } as const;
  await world.store.backups.insert(backupId, record, true);
  const result = await apply(world, { ...PROD, keep: { last: 1 } });
  expect(result.deleted).toEqual([]);
  expect(result.kept).toMatchObject([
    { imageId: good.imageId, reason: 'newest complete backup; one of the last 1' },
  ]);
  // What is gone from EC2 is not remembered for ever.
  world.server.images.delete(partial.imageId);
  await apply(world);
  expect(await world.store.backups.open()).toEqual([]);
});
