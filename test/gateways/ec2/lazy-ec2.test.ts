import { scaledClock } from '../../../sandbox/scaled-clock.ts';
import type { Ec2Machines } from '../../../src/core/ports/ec2-machines.ts';
import { noLog } from '../../../src/core/ports/log.ts';
import { createLazyEc2 } from '../../../src/gateways/ec2/lazy-ec2.ts';
import { lazyPort } from '../../../src/gateways/lazy-port.ts';
import { noMetrics } from '../../no-metrics.ts';
import { startWorld } from '../../sandbox/ec2/harness.ts';
import { unaskedMachines } from '../../unasked-machines.ts';

test('EC2 is at hand at the first use, and ends with a close', async () => {
  await using world = await startWorld();
  const ec2 = createLazyEc2(
    {
      region: world.server.region,
      endpointEc2: world.server.url,
      endpointEbs: world.server.url,
      credentials: { accessKeyId: 'AKIDSANDBOX', secretAccessKey: 'sandbox' },
    },
    { clock: scaledClock(1000), random: () => 0.5, metrics: noMetrics, log: noLog },
  );
  const options = { signal: new AbortController().signal, patienceMs: 0 };
  const { instanceId } = world.prod;
  const [found, catalogue] = await Promise.all([
    ec2.findInstances({ by: 'id', id: instanceId }, options),
    ec2.catalogue(options),
  ]);
  expect(found.map((instance) => instance.instanceId)).toEqual([instanceId]);
  expect(catalogue).toEqual([]);

  const stop = new AbortController();
  for await (const event of ec2.watch('bk-unknown', stop.signal)) {
    expect(event).toEqual({ status: undefined });
    stop.abort();
  }
  ec2.close();
});

test('a bot that never used EC2 has nothing to close', () => {
  const ec2 = createLazyEc2(
    { region: 'eu-west-1' },
    { clock: scaledClock(1), random: () => 0.5, metrics: noMetrics, log: noLog },
  );
  expect(() => ec2.close()).not.toThrow();
  expect(ec2.region).toBe('eu-west-1');
});

test('every call for machines reaches the port that is loaded late, with all it was asked', async () => {
  const asked: unknown[] = [];
  const names = Object.keys(unaskedMachines());
  const answers = names.map((name) => [
    name,
    async (...given: unknown[]) => void asked.push([name, ...given]),
  ]);
  const port: Ec2Machines = unaskedMachines(Object.fromEntries(answers));
  const lazy = lazyPort<Ec2Machines>(async () => port);
  for (const name of names) await Reflect.apply(Reflect.get(lazy, name), undefined, [name, 'more']);
  expect(asked).toEqual(names.map((name) => [name, name, 'more']));
  // A port is handed through promises all the time, and is none.
  expect(await Promise.resolve(lazy)).toBe(lazy);
});

test('machines are at hand at the first use', async () => {
  await using world = await startWorld();
  const ec2 = createLazyEc2(
    {
      region: world.server.region,
      endpointEc2: world.server.url,
      credentials: { accessKeyId: 'AKIDSANDBOX', secretAccessKey: 'sandbox' },
    },
    { clock: scaledClock(1000), random: () => 0.5, metrics: noMetrics, log: noLog },
  );
  const options = { signal: new AbortController().signal, patienceMs: 0 };
  expect((await ec2.machines.machine(world.prod.instanceId, options))?.type).toBe('m5.2xlarge');
  ec2.close();
});
