import type { MachinePlan } from '../../../../src/core/ports/ec2-machines.ts';
import { type MachineWorld, machineWorld, RUN } from './machine-world.ts';

function plan(world: MachineWorld): MachinePlan {
  const { prod, server } = world;
  const { instanceId } = prod;
  const { allocationId } = server.addAddress({ instanceId });
  return {
    launch: world.request(),
    replaceRoot: {
      runId: RUN,
      instanceId,
      source: { imageId: world.imageId },
      clientToken: `${RUN}-root`,
      oldRoot: { volumeId: prod.devices[0]?.volumeId ?? '', name: 'old root' },
    },
    stop: instanceId,
    move: { allocationId, instanceId },
  };
}

test('with all permissions nothing is missing, and nothing is done', async () => {
  await using world = await machineWorld();
  const { machines, call, server } = world;
  expect(await machines.missingMachinePermissions(plan(world), call)).toEqual([]);
  expect(server.calls.length).toBeGreaterThan(10);
  expect(server.calls.filter(({ dryRun, applied }) => !dryRun || applied)).toEqual([]);
});

test.each([
  'iam:PassRole',
  'ec2:AssociateAddress',
  'ec2:CreateReplaceRootVolumeTask',
  'ec2:CreateTags',
  'ec2:DescribeAddresses',
  'ec2:DescribeInstanceStatus',
  'ec2:DescribeInstanceTypeOfferings',
  'ec2:DescribeInstances',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeReplaceRootVolumeTasks',
  'ec2:DescribeSubnets',
  'ec2:DescribeVolumes',
  'ec2:GetConsoleOutput',
  'ec2:RunInstances',
  'ec2:StartInstances',
  'ec2:StopInstances',
])('%s is missed', async (action) => {
  await using world = await machineWorld();
  world.server.denied.add(action);
  const missing = await world.machines.missingMachinePermissions(plan(world), world.call);
  // A task that cannot be tagged cannot be made.
  expect(missing.filter((one) => action !== 'ec2:CreateTags' || one === action)).toEqual([action]);
});

test('what is not in the plan is not asked about', async () => {
  await using world = await machineWorld();
  const { machines, call, server, prod } = world;
  expect(await machines.missingMachinePermissions({}, call)).toEqual([]);
  expect(server.calls.map(({ action }) => action).sort()).toEqual([
    'DescribeAddresses',
    'DescribeInstanceStatus',
    'DescribeInstances',
    'DescribeVolumes',
  ]);
  server.calls.length = 0;
  await machines.missingMachinePermissions({ stop: prod.instanceId }, call);
  expect(server.calls.map(({ action }) => action)).not.toContain('RunInstances');
});

test('a launch that EC2 refuses for another reason is told as that', async () => {
  await using world = await machineWorld();
  const { machines, call, server } = world;
  server.faults.push({ action: 'RunInstances', kind: 'error', code: 'InvalidKeyPair.NotFound' });
  await expect(machines.missingMachinePermissions(plan(world), call)).rejects.toMatchObject({
    problem: { code: 'launch-part-gone', what: 'key pair', id: 'circleci' },
  });
});
