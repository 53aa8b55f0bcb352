import type { VolumeProof } from '../../../../src/core/catalogue/proof.ts';
import { TAG } from '../../../../src/core/catalogue/tags.ts';
import { type MachineWorld, machineWorld, RUN } from './machine-world.ts';

function stateOf(world: MachineWorld, id: string) {
  return world.server.instances.get(id)?.state;
}

async function launched(world: MachineWorld): Promise<string> {
  const id = await world.machines.launch(world.request(), world.call);
  await world.settle();
  world.told.length = 0;
  return id;
}

test('stopping and starting take their time, tell the machine, and may be asked for twice', async () => {
  await using world = await machineWorld();
  const { machines, call, clock, told, prod } = world;
  const { instanceId } = prod;
  const root = prod.devices[0]?.volumeId;
  await machines.stop(instanceId, call);
  await machines.stop(instanceId, call);
  expect([stateOf(world, instanceId), told]).toEqual(['stopping', [`halted ${instanceId}`]]);
  await expect(machines.start(instanceId, call)).rejects.toMatchObject({
    problem: { code: 'machine-busy', instanceId, action: 'StartInstances' },
  });
  await clock.advance(30_000);
  expect(await machines.machine(instanceId, call)).toMatchObject({ state: 'stopped' });
  expect((await machines.machine(instanceId, call))?.publicIp).toBeUndefined();
  await machines.start(instanceId, call);
  await machines.start(instanceId, call);
  await clock.advance(10_000);
  const { publicIp } = prod;
  expect(stateOf(world, instanceId)).toBe('running');
  expect(told).toEqual([`halted ${instanceId}`, `booted ${instanceId} from ${root} at ${publicIp}`]);
  expect(publicIp).toMatch(/^203\.0\.113\./);
});

test('a stop or start whose answer is lost is made again', async () => {
  await using world = await machineWorld();
  const { machines, call, server, clock, prod } = world;
  server.faults.push({ action: 'StopInstances', kind: 'cut', applied: true });
  await machines.stop(prod.instanceId, call);
  await clock.advance(30_000);
  server.faults.push({ action: 'StartInstances', kind: 'cut', applied: true });
  await machines.start(prod.instanceId, call);
  await clock.advance(30_000);
  expect([prod.state, server.count('StopInstances'), server.count('StartInstances')]).toEqual([
    'running',
    2,
    2,
  ]);
});

test('what EC2 does not do is said in words', async () => {
  await using world = await machineWorld();
  const { machines, call, server, clock, prod } = world;
  const { instanceId } = prod;
  prod.disableApiStop = true;
  await expect(machines.stop(instanceId, call)).rejects.toMatchObject({
    problem: { code: 'machine-protected', instanceId, against: 'stop' },
  });
  prod.disableApiStop = false;
  await machines.stop(instanceId, call);
  await clock.advance(30_000);
  server.noCapacity.add('*');
  await expect(machines.start(instanceId, call)).rejects.toMatchObject({
    problem: { code: 'start-no-capacity', instanceId },
  });
  expect(server.count('StartInstances')).toBe(1);
  server.terminateInstance(instanceId);
  await expect(machines.stop(instanceId, call)).rejects.toMatchObject({ problem: { code: 'machine-busy' } });
  const nobody = 'i-0ffffffffffffffff';
  for (const act of [machines.stop, machines.start])
    await expect(act(nobody, call)).rejects.toMatchObject({
      problem: { code: 'machine-gone', instanceId: nobody },
    });
});

describe('terminate', () => {
  test('lifts the protection of what the run launched, and is done when it is gone', async () => {
    await using world = await machineWorld();
    const { machines, call, server } = world;
    const id = await launched(world);
    await machines.terminate(id, RUN, call);
    await machines.terminate(id, RUN, call);
    expect([stateOf(world, id), world.told]).toEqual(['shutting-down', [`halted ${id}`]]);
    await world.settle();
    expect(stateOf(world, id)).toBe('terminated');
    await machines.terminate(id, RUN, call);
    expect(server.count('TerminateInstances')).toBe(1);
    expect(await machines.machinesOf(RUN, call)).toMatchObject([{ state: 'terminated' }]);
  });

  test.each([
    ['not permitted', 'UnauthorizedOperation', 'permissions-missing'],
    ['protected by somebody else', 'OperationNotPermitted', 'machine-protected'],
    ['not possible now', 'IncorrectInstanceState', 'machine-busy'],
    ['not answered', 'Unavailable', 'ec2-unavailable'],
  ])('puts the protection back where the termination is %s', async (_what, awsCode, code) => {
    await using world = await machineWorld();
    const { machines, call, server } = world;
    const id = await launched(world);
    server.faults.push({ action: 'TerminateInstances', kind: 'error', code: awsCode, times: 100 });
    await expect(machines.terminate(id, RUN, call)).rejects.toMatchObject({ problem: { code } });
    expect(server.instances.get(id)).toMatchObject({ state: 'running', disableApiTermination: true });
  });

  test('says that the protection is off where it cannot be put back', async () => {
    await using world = await machineWorld();
    const { machines, call, server } = world;
    const id = await launched(world);
    server.denied.add('ec2:TerminateInstances');
    const unwatch = server.onChange(({ what }) => {
      if (what === 'modified') server.denied.add('ec2:ModifyInstanceAttribute');
    });
    await expect(machines.terminate(id, RUN, call)).rejects.toMatchObject({
      problem: {
        code: 'machine-unprotected',
        instanceId: id,
        why: expect.stringContaining('TerminateInstances'),
      },
    });
    unwatch();
    expect(server.instances.get(id)).toMatchObject({ state: 'running', disableApiTermination: false });
  });

  test('leaves every other machine alone', async () => {
    await using world = await machineWorld();
    const { machines, call, server, prod } = world;
    const id = await launched(world);
    for (const [instanceId, run] of [
      [prod.instanceId, RUN],
      [id, 'rs-other'],
      [prod.instanceId, ''],
    ] as const)
      await expect(machines.terminate(instanceId, run, call)).rejects.toMatchObject({
        problem: { code: 'machine-not-ours', instanceId, runId: run },
      });
    expect([server.count('TerminateInstances'), server.count('ModifyInstanceAttribute')]).toEqual([0, 0]);
    expect([prod.state, stateOf(world, id)]).toEqual(['running', 'running']);
  });

  test('waits for a machine that EC2 hides, lest it is forgotten', async () => {
    await using world = await machineWorld();
    const { machines, call, server } = world;
    server.nextLaunch = { invisibleFor: 60_000 };
    const id = await machines.launch(world.request(), call);
    await machines.terminate(id, RUN, call);
    await world.settle();
    expect(stateOf(world, id)).toBe('terminated');
    await machines.terminate('i-0ffffffffffffffff', RUN, call);
    expect(server.count('TerminateInstances')).toBe(1);
  });

  test('goes on after lost answers, and stops waiting when it is told to', async () => {
    await using world = await machineWorld();
    const { machines, call, server } = world;
    const id = await launched(world);
    server.faults.push(
      { action: 'ModifyInstanceAttribute', kind: 'cut', applied: true },
      { action: 'TerminateInstances', kind: 'cut', applied: true },
    );
    await machines.terminate(id, RUN, call);
    await world.settle();
    expect(stateOf(world, id)).toBe('terminated');
    const signal = AbortSignal.abort(new Error('stopping'));
    await expect(machines.terminate(id, RUN, { ...call, signal })).rejects.toThrow('stopping');
  });
});

test('the volumes of a launch are found, and deleted when they are free and its own', async () => {
  await using world = await machineWorld();
  const { machines, call, server, prod } = world;
  const id = await launched(world);
  const [volume] = await machines.volumesOf(RUN, call);
  expect(volume).toMatchObject({
    state: 'in-use',
    instanceId: id,
    bytes: 1024 ** 3,
    tags: { [TAG.run]: RUN },
  });
  const volumeId = volume?.volumeId ?? '';
  const proofOf = async (runId: string): Promise<VolumeProof> => ({
    runId,
    launches: await machines.machinesOf(runId, call),
    recorded: new Set(),
    snapshotIds: new Set(server.snapshots.keys()),
  });
  await expect(machines.deleteVolume(volumeId, await proofOf(RUN), call)).rejects.toMatchObject({
    problem: { code: 'ec2-refused', awsCode: 'VolumeInUse' },
  });
  await machines.terminate(id, RUN, call);
  await world.settle();
  expect((await machines.volumesOf(RUN, call)).map(({ state }) => state)).toEqual(['available']);
  await expect(machines.deleteVolume(volumeId, await proofOf('rs-other'), call)).rejects.toMatchObject({
    problem: { code: 'volume-not-ours', volumeId, runId: 'rs-other', why: expect.any(String) },
  });
  const own = prod.devices[0]?.volumeId ?? '';
  await expect(machines.deleteVolume(own, await proofOf(RUN), call)).rejects.toMatchObject({
    problem: { code: 'volume-not-ours' },
  });
  server.faults.push({ action: 'DeleteVolume', kind: 'cut', applied: true });
  await machines.deleteVolume(volumeId, await proofOf(RUN), call);
  await machines.deleteVolume(volumeId, await proofOf(RUN), call);
  expect([...server.volumes.keys()]).toEqual([own]);
  expect(world.told.at(-1)).toBe(`forgotten ${volumeId}`);
});
