import { type InstanceRecord, type InstanceState, stamp } from '../state.ts';
import { tagSet } from '../tags.ts';
import type { Xml } from '../wire/xml.ts';

export const STATE_CODES: Record<InstanceState, number> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

export function instanceXml(instance: InstanceRecord): Xml {
  const { privateIp, publicIp, launchedAt } = instance;
  const region = instance.zone.slice(0, -1);
  return {
    instanceId: instance.instanceId,
    imageId: instance.imageId,
    instanceState: { code: STATE_CODES[instance.state], name: instance.state },
    privateDnsName: privateIp ? `ip-${privateIp.replaceAll('.', '-')}.${region}.compute.internal` : '',
    dnsName: publicIp ? `ec2-${publicIp.replaceAll('.', '-')}.${region}.compute.amazonaws.com` : '',
    reason: '',
    keyName: instance.keyName || undefined,
    clientToken: instance.clientToken,
    stateReason: instance.stateReason,
    amiLaunchIndex: 0,
    instanceType: instance.instanceType,
    launchTime: stamp(launchedAt),
    placement: { availabilityZone: instance.zone, groupName: '', tenancy: 'default' },
    monitoring: { state: 'disabled' },
    subnetId: instance.subnetId,
    vpcId: instance.vpcId,
    privateIpAddress: privateIp,
    ipAddress: publicIp,
    sourceDestCheck: true,
    groupSet: instance.securityGroups,
    architecture: 'x86_64',
    rootDeviceType: 'ebs',
    rootDeviceName: instance.rootDevice,
    blockDeviceMapping: instance.devices.map(({ device, volumeId, deleteOnTermination }) => ({
      deviceName: device,
      ebs: { volumeId, status: 'attached', attachTime: stamp(launchedAt), deleteOnTermination },
    })),
    virtualizationType: 'hvm',
    tagSet: tagSet(instance.tags),
    hypervisor: 'xen',
    iamInstanceProfile:
      instance.profileArn === '' ? undefined : { arn: instance.profileArn, id: 'AIPASANDBOXCIRCLECI00' },
    ebsOptimized: instance.ebsOptimized,
    enaSupport: true,
    metadataOptions: {
      state: 'applied',
      httpTokens: instance.metadata.httpTokens,
      httpPutResponseHopLimit: instance.metadata.httpPutResponseHopLimit,
      httpEndpoint: instance.metadata.httpEndpoint ?? 'enabled',
      instanceMetadataTags: instance.metadata.instanceMetadataTags ?? 'disabled',
    },
  };
}
