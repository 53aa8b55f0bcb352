import { noLog } from '../../../src/core/log.ts';
import { noMetrics } from '../../../src/core/metrics.ts';
import { createLazyEc2 } from '../../../src/gateways/ec2/lazy-ec2.ts';
import { scaledClock } from '../../../src/sandbox/scaled-clock.ts';
import { startWorld } from '../../sandbox/ec2/harness.ts';

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
