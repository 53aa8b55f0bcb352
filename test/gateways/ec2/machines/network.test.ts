import { machineWorld } from './machine-world.ts';

test('a private address is had by a machine until that is terminated', async () => {
  await using world = await machineWorld();
  const { machines, call, server, prod } = world;
  const { privateIp = '', subnetId = '', instanceId } = prod;
  const holder = { instanceId, status: 'in-use', networkInterfaceId: instanceId.replace('i-', 'eni-') };
  expect(await machines.whoHas(privateIp, subnetId, call)).toEqual(holder);
  server.stopInstance(instanceId);
  expect(await machines.whoHas(privateIp, subnetId, call)).toEqual(holder);
  expect(await machines.whoHas(privateIp, 'subnet-0b1c5a0d6f0e41a28', call)).toBeUndefined();
  server.terminateInstance(instanceId);
  expect(await machines.whoHas(privateIp, subnetId, call)).toBeUndefined();
  const id = await machines.launch(world.request({ privateIp, subnetId, securityGroupIds: [] }), call);
  expect(await machines.whoHas(privateIp, subnetId, call)).toMatchObject({ instanceId: id });
});

test('something that is no machine can have it too', async () => {
  await using world = await machineWorld();
  const { machines, call, server, prod } = world;
  const networkInterfaceId = 'eni-0a';
  const subnetId = prod.subnetId ?? '';
  server.interfaces.set(networkInterfaceId, {
    networkInterfaceId,
    subnetId,
    privateIp: '10.20.1.99',
    description: 'ELB app/ci',
  });
  expect(await machines.whoHas('10.20.1.99', subnetId, call)).toEqual({
    networkInterfaceId,
    status: 'in-use',
    description: 'ELB app/ci',
  });
});

test('the subnets of a VPC are listed by zone with what is free', async () => {
  await using world = await machineWorld({ pageSize: 1 });
  const { machines, call, prod } = world;
  const found = await machines.subnetsOf(prod.vpcId ?? '', call);
  expect(found.map(({ zone, name, cidr, freeAddresses }) => [zone, name, cidr, freeAddresses])).toEqual([
    ['eu-west-1a', 'circleci-a', '10.20.0.0/18', 2 ** 14 - 6],
    ['eu-west-1b', 'circleci-b', '10.20.64.0/18', 2 ** 14 - 5],
    ['eu-west-1c', 'circleci-c', '10.20.128.0/18', 2 ** 14 - 5],
  ]);
  expect(await machines.subnetsOf('vpc-none', call)).toEqual([]);
  expect(await machines.subnet(prod.subnetId ?? '', call)).toEqual(found[0]);
  expect(await machines.subnet('subnet-0ffffffffffffffff', call)).toBeUndefined();
});

test('of the types asked about those are given that the zone offers, in the order asked', async () => {
  await using world = await machineWorld({ pageSize: 2 });
  const { machines, call, server } = world;
  server.notOffered.add('m5a.2xlarge/eu-west-1b');
  const asked = ['m6i.2xlarge', 'm5a.2xlarge', 'm5.2xlarge', 'x9.huge', 'r5.large'];
  expect(await machines.typesIn('eu-west-1b', asked, call)).toEqual([
    'm6i.2xlarge',
    'm5.2xlarge',
    'r5.large',
  ]);
  expect(await machines.typesIn('eu-west-1a', asked, call)).toContain('m5a.2xlarge');
  expect(await machines.typesIn('eu-west-1z', asked, call)).toEqual([]);
  expect(await machines.typesIn('eu-west-1a', [], call)).toEqual([]);
});
