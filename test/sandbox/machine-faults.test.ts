import { isOthers, nameOf } from '../../sandbox/installation.ts';
import { machineFaults } from '../../sandbox/machine-faults.ts';
import { startWorld } from './ec2/harness.ts';

test('each fault of the drawer is set where it works', async () => {
  await using world = await startWorld();
  const { server, prod } = world;
  const press = (id: string) =>
    machineFaults(server)
      .find((fault) => fault.id === id)
      ?.run();
  press('no-capacity');
  expect([...server.noCapacity]).toEqual(['m5.2xlarge/eu-west-1a']);
  press('no-capacity');
  expect([...server.noCapacity]).toEqual([]);
  press('lost-launch');
  expect(server.faults).toMatchObject([{ action: 'RunInstances', applied: true, realCallsOnly: true }]);
  press('impaired');
  expect(server.nextLaunch).toEqual({ checks: 'impaired' });
  press('no-console');
  expect(server.nextLaunch).toEqual({ console: 'missing' });
  press('root-failed');
  expect(server.nextReplacement).toEqual({ ends: 'failed' });
  press('lose-machine');
  expect(prod.state).toBe('terminated');
  press('lose-machine');
  press('no-capacity');
  expect([...server.noCapacity]).toEqual(['m5.2xlarge/eu-west-1a']);
});

test('of several installations the drawer means one, also after a restore gave its name to another machine', async () => {
  await using world = await startWorld();
  const { server, prod } = world;
  const staging = server.addInstance({ tags: { Name: 'circleci_services', Installation: 'staging' } });
  const restored = server.addInstance({ tags: { Name: 'circleci_services', Installation: 'prod' } });
  const lose = machineFaults(server, 'prod').find(({ id }) => id === 'lose-machine');
  expect(lose?.label).toBe('EC2: lose prod’s Services machine');
  await lose?.run();
  expect([prod, staging, restored].map(({ state }) => state)).toEqual(['running', 'running', 'terminated']);
  expect(isOthers(server, staging.instanceId, 'prod')).toBe(true);
  expect(isOthers(server, prod.instanceId, 'prod')).toBe(false);
  expect(nameOf(server, staging.instanceId)).toBe('staging');
  expect(nameOf(server, prod.instanceId)).toBe('circleci_services');
});

test('every fault has an id of its own, and words', async () => {
  await using world = await startWorld();
  const faults = machineFaults(world.server);
  expect(new Set(faults.map(({ id }) => id)).size).toBe(faults.length);
  for (const { label, help } of faults) {
    expect(label).toMatch(/^EC2: [a-z].*[^.]$/);
    expect(help).toMatch(/^[A-Z].*\.$/);
  }
});
