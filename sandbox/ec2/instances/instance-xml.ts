import { interfaceOf } from '../network/interfaces.ts';
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

/** `isElastic`: its public address is an Elastic IP. */
export function instanceXml(instance: InstanceRecord, isElastic: boolean): Xml {
  const { privateIp, publicIp, launchedAt, special = {} } = instance;
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
    placement: {
      availabilityZone: instance.zone,
      groupName: special.placementGroup ?? '',
      tenancy: special.tenancy ?? 'default',
      hostId: special.hostId,
    },
    monitoring: { state: special.monitoring ?? 'disabled' },
    capacityReservationId: special.capacityReservationId,
    instanceLifecycle: special.lifecycle,
    operator: special.operator === undefined ? undefined : { managed: true, principal: special.operator },
    networkInterfaceSet: interfaceSet(instance, isElastic),
    subnetId: instance.subnetId,
    vpcId: instance.vpcId,
    privateIpAddress: privateIp,
    ipAddress: publicIp,
    sourceDestCheck: special.sourceDestCheck ?? true,
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

function interfaceSet(instance: InstanceRecord, isElastic: boolean): Xml {
  const { instanceId, privateIp, publicIp, subnetId, special = {} } = instance;
  if (privateIp === undefined) return [];
  const { privateIps = [], ipv6 = [], interfaces = [] } = special;
  const first = {
    networkInterfaceId: interfaceOf(instanceId),
    subnetId,
    privateIpAddress: privateIp,
    attachment: { deviceIndex: 0, status: 'attached' },
    association:
      publicIp === undefined ? undefined : { publicIp, ipOwnerId: isElastic ? '123456789012' : 'amazon' },
    privateIpAddressesSet: [privateIp, ...privateIps].map((ip, i) => ({
      privateIpAddress: ip,
      primary: i === 0,
    })),
    ipv6AddressesSet: ipv6.map((ipv6Address) => ({ ipv6Address })),
  };
  return [
    first,
    ...interfaces.map((one, i) => ({
      networkInterfaceId: one.id,
      subnetId,
      privateIpAddress: one.privateIp,
      attachment: { deviceIndex: i + 1, status: 'attached' },
      privateIpAddressesSet: [{ privateIpAddress: one.privateIp, primary: true }],
    })),
  ];
}
