import type { NewInstance } from './instances/instances.ts';
import type { InstanceRecord } from './state.ts';
import type { Ec2Server } from './wire/server.ts';

/**
 * CircleCI's standard install on EC2, as the tour and the tests know it: the machine `prod`. It has no Elastic IP unless
 * one is given. `more` changes it.
 */
export function standardInstall(
  server: Ec2Server,
  { elasticIp, ...more }: NewInstance & { elasticIp?: string } = {},
): { prod: InstanceRecord } {
  const prod = server.addInstance({
    privateIp: '10.20.1.12',
    publicIp: '203.0.113.40',
    tags: { Name: 'circleci_services' },
    ...more,
  });
  if (elasticIp !== undefined) server.addAddress({ publicIp: elasticIp, instanceId: prod.instanceId });
  return { prod };
}
