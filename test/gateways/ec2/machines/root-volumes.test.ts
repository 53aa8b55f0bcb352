import { CreateTagsCommand } from '@aws-sdk/client-ec2';
import { TAG } from '../../../../src/core/catalogue/tags.ts';
import { rootTaskEnd } from '../../../../src/core/model/machine-facts.ts';
import type { RootReplacement } from '../../../../src/core/ports/ec2-machines.ts';
import { type MachineWorld, machineWorld, RUN } from './machine-world.ts';

function replacement(world: MachineWorld, more: Partial<RootReplacement> = {}): RootReplacement {
  return {
    runId: RUN,
    instanceId: world.prod.instanceId,
    source: { imageId: world.imageId },
    clientToken: `${RUN}-root`,
    oldRoot: { volumeId: rootOf(world) ?? '', name: `circleci_services root before ${RUN}` },
    ...more,
  };
}

function rootOf({ prod }: MachineWorld): string | undefined {
  return prod.devices.find(({ device }) => device === prod.rootDevice)?.volumeId;
}

test('the root is replaced while everything else stays, the old one is named, and going back is possible', async () => {
  await using world = await machineWorld();
  const { machines, call, clock, prod, told } = world;
  const old = rootOf(world) ?? '';
  const before = { ...prod };
  const taskId = await machines.replaceRoot(replacement(world), call);
  const state = async () => (await machines.replaceRootTask(taskId, call))?.state;
  expect(await state()).toBe('pending');
  expect(await machines.rootHistory(prod.instanceId, call)).toMatchObject([
    { volumeId: old, state: 'in-use', runId: RUN, tags: { Name: `circleci_services root before ${RUN}` } },
  ]);
  await clock.advance(45_000);
  expect([await state(), rootOf(world), told.at(-1)]).toEqual([
    'in-progress',
    undefined,
    `halted ${prod.instanceId}`,
  ]);
  await clock.advance(45_000);
  const task = await machines.replaceRootTask(taskId, call);
  expect(task).toMatchObject({ state: 'succeeded', instanceId: prod.instanceId, tags: { [TAG.run]: RUN } });
  expect((task?.completedAt ?? 0) - (task?.startedAt ?? 0)).toBe(90_000);
  await clock.advance(40_000);
  const fresh = rootOf(world) ?? '';
  expect(told.at(-1)).toBe(`booted ${prod.instanceId} from ${fresh} at ${prod.publicIp}`);
  expect(fresh).not.toBe(old);
  expect([prod.instanceId, prod.privateIp, prod.publicIp, prod.state]).toEqual([
    before.instanceId,
    before.privateIp,
    before.publicIp,
    'running',
  ]);
  const [kept] = await machines.rootHistory(prod.instanceId, call);
  expect(kept).toMatchObject({ volumeId: old, state: 'available', zone: prod.zone });

  const back = replacement(world, { source: { volumeId: old }, clientToken: `${RUN}-back` });
  const backTask = await machines.replaceRoot(back, call);
  await world.settle();
  expect((await machines.replaceRootTask(backTask, call))?.state).toBe('succeeded');
  expect(rootOf(world)).toBe(old);
  expect((await machines.rootHistory(prod.instanceId, call)).map(({ volumeId }) => volumeId)).toEqual([
    fresh,
    old,
  ]);
});

test.each([true, false])(
  'a lost answer (made: %s) makes one task, however late it is asked again',
  async (applied) => {
    await using world = await machineWorld();
    const { machines, call, server } = world;
    const request = replacement(world);
    server.faults.push(
      { action: 'CreateReplaceRootVolumeTask', kind: 'cut', applied },
      { action: 'CreateTags', kind: 'cut', applied },
    );
    const taskId = await machines.replaceRoot(request, call);
    await world.settle();
    server.tokens.clear();
    expect(await machines.replaceRoot(request, call)).toBe(taskId);
    expect([...server.tasks.keys()]).toEqual([taskId]);
  },
);

test.each([
  ['failed', 'old root kept', true],
  ['failed-detached', 'no root', false],
] as const)('a replacement may end as %s', async (ends, expected, attached) => {
  await using world = await machineWorld();
  const { machines, call, server, clock, prod } = world;
  const old = rootOf(world);
  server.nextReplacement = { ends };
  const taskId = await machines.replaceRoot(replacement(world), call);
  const seen: string[] = [];
  for (let i = 0; i < 5; i += 1) {
    seen.push((await machines.replaceRootTask(taskId, call))?.state ?? '');
    await clock.advance(45_000);
  }
  expect(rootTaskEnd(seen.at(-1) ?? '')).toBe(expected);
  expect(seen.slice(0, -1).filter((state) => rootTaskEnd(state) !== 'waiting').length).toBeLessThan(4);
  expect(rootOf(world)).toBe(attached ? old : undefined);
  expect((await machines.machine(prod.instanceId, call))?.rootVolumeId).toBe(attached ? old : undefined);
});

test('a state that nobody knows is waited through', async () => {
  await using world = await machineWorld();
  const { machines, call, server, clock } = world;
  server.nextReplacement = { through: ['rebalancing'] };
  const taskId = await machines.replaceRoot(replacement(world), call);
  await clock.advance(45_000);
  const state = (await machines.replaceRootTask(taskId, call))?.state ?? '';
  expect([state, rootTaskEnd(state)]).toEqual(['rebalancing', 'waiting']);
  await world.settle();
  expect((await machines.replaceRootTask(taskId, call))?.state).toBe('succeeded');
  expect(await machines.replaceRootTask('replacevol-0ffffffffffffffff', call)).toBeUndefined();
});

test('what EC2 refuses is said in words, and no task is made', async () => {
  await using world = await machineWorld();
  const { machines, call, server, prod } = world;
  const ask = (more: Partial<RootReplacement> = {}) =>
    expect(machines.replaceRoot(replacement(world, more), call)).rejects;
  const gone = 'ami-0ffffffffffffffff';
  await ask({ source: { imageId: gone } }).toMatchObject({
    problem: { code: 'image-unavailable', imageId: gone },
  });
  await ask({ source: { snapshotId: 'snap-0ffffffffffffffff' } }).toMatchObject({
    problem: { code: 'ec2-refused', awsCode: 'InvalidSnapshot.NotFound' },
  });
  await ask({ source: { volumeId: rootOf(world) ?? '' } }).toMatchObject({
    problem: { code: 'ec2-refused', awsCode: 'VolumeInUse' },
  });
  server.denied.add('ec2:CreateTags');
  await ask().toMatchObject({ problem: { code: 'permissions-missing', actions: ['ec2:CreateTags'] } });
  expect(server.count('CreateReplaceRootVolumeTask')).toBe(3);
  server.denied.clear();
  server.stopInstance(prod.instanceId);
  await ask().toMatchObject({
    problem: { code: 'machine-busy', instanceId: prod.instanceId, action: 'CreateReplaceRootVolumeTask' },
  });
  expect(server.tasks.size).toBe(0);
});

test('a token that was used with another image does nothing', async () => {
  await using world = await machineWorld();
  const { machines, call, server, ec2 } = world;
  const taskId = await machines.replaceRoot(replacement(world), call);
  // The task is not found by its tag, as right after it was made.
  await ec2.send(new CreateTagsCommand({ Resources: [taskId], Tags: [{ Key: TAG.token, Value: 'x' }] }));
  const source = { volumeId: server.addInstance().devices[0]?.volumeId ?? '' };
  await expect(machines.replaceRoot(replacement(world, { source }), call)).rejects.toMatchObject({
    problem: { code: 'idempotent-mismatch', action: 'CreateReplaceRootVolumeTask', runId: RUN },
  });
  expect(server.tasks.size).toBe(1);
});

test('an older task that carries the token’s tag, of another image, is not taken for this one', async () => {
  await using world = await machineWorld();
  const { machines, call, server, ec2, clock } = world;
  const [snapshotId = ''] = server.snapshots.keys();
  const older = await machines.replaceRoot(
    replacement(world, { clientToken: 'rs-20261101-0314-aaaa', source: { snapshotId } }),
    call,
  );
  await clock.advance(10 * 60_000);
  const Tags = [{ Key: TAG.token, Value: `${RUN}-root` }];
  await ec2.send(new CreateTagsCommand({ Resources: [older], Tags }));
  expect(await machines.replaceRoot(replacement(world), call)).not.toBe(older);
  expect(server.tasks.size).toBe(2);
});
