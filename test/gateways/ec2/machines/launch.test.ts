import { TAG } from '../../../../src/core/catalogue/tags.ts';
import { checksPassed } from '../../../../src/core/model/machine-facts.ts';
import type { LaunchRequest } from '../../../../src/core/ports/ec2-machines.ts';
import type { Problem } from '../../../../src/core/problems/problem.ts';
import { KEYS_OF_ANY, type MachineWorld, machineWorld, RUN } from './machine-world.ts';

function instance(world: MachineWorld, id: string) {
  const found = world.server.instances.get(id);
  if (found === undefined) throw new Error(`there is no ${id}`);
  return found;
}

test('a machine is launched from the backup with the source’s facts, and is ready in time', async () => {
  await using world = await machineWorld();
  const { machines, call, prod, clock, told } = world;
  const asked = world.request({
    metadata: { httpTokens: 'required', httpPutResponseHopLimit: 2 },
    ebsOptimized: true,
    publicAddress: true,
  });
  const id = await machines.launch(asked, call);
  const made = instance(world, id);
  expect(made).toMatchObject({
    state: 'pending',
    imageId: world.imageId,
    instanceType: prod.instanceType,
    subnetId: prod.subnetId,
    keyName: prod.keyName,
    profileArn: prod.profileArn,
    disableApiTermination: true,
    ebsOptimized: true,
    metadata: { httpTokens: 'required', httpPutResponseHopLimit: 2 },
    tags: { Name: `circleci_services (restore ${RUN})`, [TAG.run]: RUN },
  });
  expect(made.userData).toBeUndefined();
  expect(world.server.volumes.get(made.devices[0]?.volumeId ?? '')?.tags).toEqual({
    Name: `circleci_services (restore ${RUN})`,
    [TAG.run]: RUN,
  });

  const seen = async () => machines.checks(id, call);
  expect(await seen()).toMatchObject({ state: 'pending', system: 'not-applicable' });
  await clock.advance(8_000);
  expect(await seen()).toEqual({
    state: 'running',
    system: 'initializing',
    instance: 'initializing',
    ebs: 'initializing',
  });
  expect(told.at(-1)).toBe(`booted ${id} from ${made.devices[0]?.volumeId} at ${made.publicIp}`);
  expect((await machines.consoleKeys(id, call)).kind).toBe('none');
  await clock.advance(45_000);
  expect(await machines.consoleKeys(id, call)).toEqual(KEYS_OF_ANY);
  await clock.advance(60_000);
  const checks = await seen();
  expect(checks === undefined ? undefined : checksPassed(checks)).toBe(true);
  expect(await machines.machine(id, call)).toMatchObject({
    instanceId: id,
    state: 'running',
    imageId: world.imageId,
    rootDevice: '/dev/sda1',
    rootVolumeId: made.devices[0]?.volumeId,
    architecture: 'x86_64',
    metadata: { httpTokens: 'required', httpPutResponseHopLimit: 2, httpEndpoint: 'enabled' },
    ebsOptimized: true,
    tags: { [TAG.run]: RUN },
    launchedAt: expect.any(Number),
  });
});

test.each([true, false])('an answer that was lost (made: %s) makes one machine', async (applied) => {
  await using world = await machineWorld();
  const { machines, call, server } = world;
  const before = server.instances.size;
  server.faults.push({ action: 'RunInstances', kind: 'cut', applied });
  const id = await machines.launch(world.request(), call);
  expect([...server.instances.keys()].slice(before)).toEqual([id]);
  expect(server.count('RunInstances')).toBe(2);
  // Called again by a process that does not know how the first call ended.
  expect(await machines.launch(world.request(), call)).toBe(id);
  expect(server.instances.size).toBe(before + 1);
  expect(world.troubles.map(({ kind: trouble }) => trouble)).toEqual(['unavailable']);
});

test('an answer that never comes is asked for again', async () => {
  await using world = await machineWorld({ requestTimeoutMs: 1_500 });
  const { machines, call, server } = world;
  server.faults.push({ action: 'RunInstances', kind: 'silence', applied: true });
  const id = await machines.launch(world.request(), call);
  expect([...server.instances.keys()].slice(1)).toEqual([id]);
});

test('another type after a lost answer does not launch a second machine', async () => {
  await using world = await machineWorld();
  const { machines, call, server } = world;
  server.faults.push({ action: 'RunInstances', kind: 'cut', applied: true, times: 1_000 });
  await expect(machines.launch(world.request(), call)).rejects.toMatchObject({
    problem: { code: 'ec2-unavailable', action: 'RunInstances' },
  });
  server.faults.length = 0;
  const other = world.request({ type: 'm6i.2xlarge', clientToken: `${RUN}-2` });
  const id = await machines.launch(other, call);
  expect((await machines.machinesOf(RUN, call)).map(({ instanceId, type }) => [instanceId, type])).toEqual([
    [id, 'm5.2xlarge'],
  ]);
});

test('throttling and errors of EC2’s are waited out', async () => {
  await using world = await machineWorld();
  const { machines, call, server } = world;
  server.faults.push(
    { action: 'RunInstances', kind: 'error', code: 'RequestLimitExceeded' },
    { action: 'RunInstances', kind: 'http', status: 502 },
    { action: 'RunInstances', kind: 'error', code: 'InternalError' },
  );
  await machines.launch(world.request(), call);
  expect(world.troubles.map(({ kind, awsCode }) => [kind, awsCode])).toEqual([
    ['throttled', 'RequestLimitExceeded'],
    ['unavailable', 'HTTP 502'],
    ['unavailable', 'InternalError'],
  ]);
});

test.each<
  [
    string,
    (world: MachineWorld) => Partial<LaunchRequest> | undefined,
    Problem | ((world: MachineWorld) => Problem),
  ]
>([
  [
    'no capacity',
    ({ server }) => void server.noCapacity.add('m5.2xlarge/eu-west-1a'),
    { code: 'no-capacity', type: 'm5.2xlarge', zone: 'eu-west-1a' },
  ],
  [
    'a type the zone lacks',
    ({ server }) => void server.notOffered.add('m5.2xlarge'),
    { code: 'type-not-offered', type: 'm5.2xlarge', zone: 'eu-west-1a' },
  ],
  [
    'an address in use',
    ({ prod }) => ({ privateIp: prod.privateIp ?? '' }),
    ({ prod }) => ({ code: 'address-in-use', ip: prod.privateIp ?? '', subnetId: prod.subnetId ?? '' }),
  ],
  [
    'a full subnet',
    ({ server, prod }) => {
      const subnet = server.subnets.get(prod.subnetId ?? '');
      if (subnet !== undefined) subnet.prefix = 30;
      return undefined;
    },
    ({ prod }) => ({ code: 'subnet-full', subnetId: prod.subnetId ?? '' }),
  ],
  [
    'a limit of the account',
    ({ server }) => {
      server.launchLimit = 'VcpuLimitExceeded';
      return undefined;
    },
    { code: 'launch-quota', type: 'm5.2xlarge', awsCode: 'VcpuLimitExceeded' },
  ],
  [
    'an image that is gone',
    () => ({ imageId: 'ami-0ffffffffffffffff' }),
    { code: 'image-unavailable', imageId: 'ami-0ffffffffffffffff', awsCode: 'InvalidAMIID.NotFound' },
  ],
  [
    'an image that is disabled',
    ({ server, imageId }) => {
      const image = server.images.get(imageId);
      if (image !== undefined) image.state = 'disabled';
      return undefined;
    },
    ({ imageId }) => ({ code: 'image-unavailable', imageId, awsCode: 'InvalidAMIID.Unavailable' }),
  ],
  [
    'a key pair that is gone',
    ({ server }) => void server.keyPairs.delete('circleci'),
    { code: 'launch-part-gone', what: 'key pair', id: 'circleci' },
  ],
  [
    'a security group that is gone',
    ({ server }) => void server.securityGroups.delete('sg-0a4f6d2c9b8e71351'),
    { code: 'launch-part-gone', what: 'security group', id: 'sg-0a4f6d2c9b8e71351' },
  ],
  [
    'a subnet that is gone',
    ({ server, prod }) => void server.subnets.delete(prod.subnetId ?? ''),
    ({ prod }) => ({ code: 'launch-part-gone', what: 'subnet', id: prod.subnetId ?? '' }),
  ],
  [
    'a missing permission',
    ({ server }) => void server.denied.add('ec2:RunInstances'),
    { code: 'permissions-missing', actions: ['ec2:RunInstances'] },
  ],
])('a launch is refused at once for %s', async (_what, spoil, expected) => {
  await using world = await machineWorld();
  const before = world.server.instances.size;
  const more = spoil(world) ?? {};
  const problem = typeof expected === 'function' ? expected(world) : expected;
  await expect(world.machines.launch(world.request(more), world.call)).rejects.toMatchObject({ problem });
  expect(world.server.count('RunInstances')).toBe(1);
  expect(world.server.instances.size).toBe(before);
});

test('a token that was used for something else launches nothing', async () => {
  await using world = await machineWorld();
  const { machines, call, server } = world;
  const id = await machines.launch(world.request(), call);
  // EC2 does not show the launch any more, and still knows the token.
  server.hide(id, 60_000);
  await expect(machines.launch(world.request({ type: 'm5.4xlarge' }), call)).rejects.toMatchObject({
    problem: { code: 'idempotent-mismatch', action: 'RunInstances', runId: RUN },
  });
  expect(server.instances.size).toBe(2);
});

test('a machine that EC2 hides at first is not gone', async () => {
  await using world = await machineWorld();
  const { machines, call, server, clock } = world;
  server.nextLaunch = { invisibleFor: 30_000 };
  const id = await machines.launch(world.request(), call);
  expect([
    await machines.machine(id, call),
    await machines.checks(id, call),
    (await machines.consoleKeys(id, call)).kind,
  ]).toEqual([undefined, undefined, 'none']);
  await clock.advance(30_000);
  expect((await machines.machine(id, call))?.state).toBe('running');
});

test('a machine may die at once, never run, or never pass its checks', async () => {
  await using world = await machineWorld();
  const { machines, call, server } = world;
  const launch = async (n: number) => {
    const id = await machines.launch(world.request({ runId: `rs-${n}`, clientToken: `rs-${n}` }), call);
    await world.settle();
    return id;
  };
  server.nextLaunch = { dies: 'Client.VolumeLimitExceeded' };
  expect(await machines.machine(await launch(1), call)).toMatchObject({
    state: 'terminated',
    stateReason: 'Client.VolumeLimitExceeded: the launch did not succeed',
  });
  server.nextLaunch = { neverRuns: true };
  expect((await machines.machine(await launch(2), call))?.state).toBe('pending');
  server.nextLaunch = { checks: 'never' };
  expect((await machines.checks(await launch(3), call))?.system).toBe('initializing');
  server.nextLaunch = { checks: 'impaired', console: 'missing' };
  const id = await launch(4);
  const checks = await machines.checks(id, call);
  expect(checks).toEqual({ state: 'running', system: 'ok', instance: 'impaired', ebs: 'ok' });
  expect(checks === undefined ? undefined : checksPassed(checks)).toBe(false);
  expect((await machines.consoleKeys(id, call)).kind).toBe('none');
});

test('an older type gives its console late', async () => {
  await using world = await machineWorld();
  const { machines, call, clock } = world;
  const id = await machines.launch(world.request({ type: 'm4.xlarge' }), call);
  await clock.advance(8_000);
  await clock.advance(60_000);
  expect((await machines.consoleKeys(id, call)).kind).toBe('none');
  await world.settle();
  expect(await machines.consoleKeys(id, call)).toEqual(KEYS_OF_ANY);
});
