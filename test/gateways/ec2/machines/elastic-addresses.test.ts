import { type MachineWorld, machineWorld } from './machine-world.ts';

/** An Elastic IP of `prod`, and a second machine. */
async function addressWorld() {
  const world = await machineWorld();
  const { server, prod } = world;
  const { allocationId, publicIp } = server.addAddress({ instanceId: prod.instanceId, tags: { Name: 'ci' } });
  const other = server.addInstance({ tags: { Name: 'other' } });
  world.told.length = 0;
  return { ...world, allocationId, publicIp, other };
}

function holder(world: MachineWorld, allocationId: string) {
  return world.server.addresses.get(allocationId)?.held?.instanceId;
}

test('an Elastic IP is shown with its holder, and on the machine', async () => {
  await using world = await addressWorld();
  const { machines, call, prod, allocationId, publicIp } = world;
  const [address] = await machines.elasticAddresses(call);
  expect(address).toMatchObject({
    allocationId,
    publicIp,
    instanceId: prod.instanceId,
    tags: { Name: 'ci' },
  });
  expect(await machines.address(allocationId, call)).toEqual(address);
  expect(await machines.address('eipalloc-0ffffffffffffffff', call)).toBeUndefined();
  expect(await machines.machine(prod.instanceId, call)).toMatchObject({
    publicIp,
    address: { allocationId, publicIp, associationId: address?.associationId },
  });
  expect((await machines.machine(world.other.instanceId, call))?.address).toBeUndefined();
});

test('it moves at cut-over and back, once each, whoever asks again', async () => {
  await using world = await addressWorld();
  const { machines, call, server, prod, other, allocationId, publicIp } = world;
  const there = { allocationId, instanceId: other.instanceId, allowReassociation: true };
  server.faults.push({ action: 'AssociateAddress', kind: 'cut', applied: true });
  const first = await machines.moveAddress(there, call);
  expect(await machines.moveAddress(there, call)).toBe(first);
  expect([other.publicIp, prod.publicIp === publicIp]).toEqual([publicIp, false]);
  expect(world.told).toContain(`addressed ${other.instanceId} ${publicIp}`);
  const back = { ...there, instanceId: prod.instanceId };
  expect(await machines.moveAddress(back, call)).not.toBe(first);
  expect([prod.publicIp, holder(world, allocationId)]).toEqual([publicIp, prod.instanceId]);
});

test('it is not taken from anybody unless that is meant', async () => {
  await using world = await addressWorld();
  const { machines, call, prod, other, allocationId, publicIp } = world;
  const move = { allocationId, instanceId: other.instanceId, allowReassociation: false };
  await expect(machines.moveAddress(move, call)).rejects.toMatchObject({
    problem: { code: 'elastic-address-taken', publicIp, holder: prod.instanceId },
  });
  expect(holder(world, allocationId)).toBe(prod.instanceId);
  await machines.freeAddress({ allocationId, instanceId: prod.instanceId }, call);
  await machines.moveAddress(move, call);
  expect(holder(world, allocationId)).toBe(other.instanceId);
});

test('a lost answer to a careful move is not a refusal', async () => {
  await using world = await addressWorld();
  const { machines, call, server, prod, other, allocationId } = world;
  await machines.freeAddress({ allocationId, instanceId: prod.instanceId }, call);
  server.faults.push({ action: 'AssociateAddress', kind: 'cut', applied: true });
  const move = { allocationId, instanceId: other.instanceId, allowReassociation: false };
  const id = await machines.moveAddress(move, call);
  expect(server.addresses.get(allocationId)?.held).toEqual({
    associationId: id,
    instanceId: other.instanceId,
  });
});

test('it is freed from the machine that is named, and no other', async () => {
  await using world = await addressWorld();
  const { machines, call, server, prod, other, allocationId } = world;
  await machines.freeAddress({ allocationId, instanceId: other.instanceId }, call);
  expect(holder(world, allocationId)).toBe(prod.instanceId);
  server.faults.push({ action: 'DisassociateAddress', kind: 'cut', applied: true });
  await machines.freeAddress({ allocationId, instanceId: prod.instanceId }, call);
  await machines.freeAddress({ allocationId, instanceId: prod.instanceId }, call);
  expect(holder(world, allocationId)).toBeUndefined();
  expect(prod.publicIp).toMatch(/^203\.0\.113\./);
});

test('an address or a machine that is gone is named', async () => {
  await using world = await addressWorld();
  const { machines, call, server, allocationId, other } = world;
  const move = { allocationId, instanceId: other.instanceId, allowReassociation: true };
  const nobody = 'i-0ffffffffffffffff';
  await expect(machines.moveAddress({ ...move, instanceId: nobody }, call)).rejects.toMatchObject({
    problem: { code: 'machine-gone', instanceId: nobody },
  });
  other.state = 'pending';
  await expect(machines.moveAddress(move, call)).rejects.toMatchObject({
    problem: { code: 'machine-busy', action: 'AssociateAddress' },
  });
  server.addresses.delete(allocationId);
  await expect(machines.moveAddress(move, call)).rejects.toMatchObject({
    problem: { code: 'elastic-address-gone', allocationId },
  });
  await machines.freeAddress({ allocationId, instanceId: other.instanceId }, call);
});

test('a machine that stops keeps its Elastic IP, one that is lost does not', async () => {
  await using world = await addressWorld();
  const { machines, call, clock, server, prod, allocationId, publicIp } = world;
  await machines.stop(prod.instanceId, call);
  await clock.advance(30_000);
  expect(await machines.machine(prod.instanceId, call)).toMatchObject({ state: 'stopped', publicIp });
  server.terminateInstance(prod.instanceId);
  expect(await machines.address(allocationId, call)).toEqual({
    allocationId,
    publicIp,
    tags: { Name: 'ci' },
  });
});
