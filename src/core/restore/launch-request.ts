import type { LaunchRequest } from '../ports/ec2-machines.ts';
import type { NewMachine } from './order.ts';

/** The launch of a planned machine; what the plan leaves open is left to EC2. */
export function launchRequest(
  machine: NewMachine,
  ids: Pick<LaunchRequest, 'runId' | 'clientToken' | 'imageId'>,
): LaunchRequest {
  const { type, subnetId, zone, securityGroupIds, keyName, profileArn, privateIp, tags, volumeTags } =
    machine;
  const { publicAddress, metadata, ebsOptimized } = machine;
  return {
    ...ids,
    type,
    subnetId,
    securityGroupIds,
    tags,
    volumeTags,
    ...(zone === undefined ? {} : { zone }),
    ...(keyName === undefined ? {} : { keyName }),
    ...(profileArn === undefined ? {} : { profileArn }),
    ...(privateIp === undefined ? {} : { privateIp }),
    ...(publicAddress === undefined ? {} : { publicAddress }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(ebsOptimized === undefined ? {} : { ebsOptimized }),
  };
}
