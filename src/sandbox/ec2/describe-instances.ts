import { invalidValue } from './errors.ts';
import { filterTest } from './filters.ts';
import { page } from './paging.ts';
import { type Params, required, texts } from './query.ts';
import { find, type InstanceRecord, type InstanceState, type State, stamp, visible } from './state.ts';
import { tagSet } from './tags.ts';
import type { Xml } from './xml.ts';

const FILTERS = [
  'availability-zone',
  'image-id',
  'instance-id',
  'instance-state-name',
  'instance-type',
  'ip-address',
  'key-name',
  'private-ip-address',
  'subnet-id',
  'vpc-id',
];

const STATE_CODES: Record<InstanceState, number> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

export function describeInstances(state: State, params: Params): { [element: string]: Xml } {
  const ids = texts(params, 'InstanceId');
  for (const id of ids) find(state, 'instance', state.instances, id);
  const matches = filterTest(params, FILTERS);
  const found = visible(state, state.instances).filter(
    ([id, instance]) =>
      (ids.length === 0 || ids.includes(id)) &&
      matches({ values: filterValues(instance), tags: instance.tags }),
  );
  const answer = page(params, found, { least: 5, notWith: 'InstanceId', pageSize: state.pageSize });
  return {
    reservationSet: answer.page.map((each) => reservationXml(state, each)),
    nextToken: answer.nextToken,
  };
}

/** The attributes a restore asks for; user data among them, so that a test can see that nobody asked. */
export function describeInstanceAttribute(state: State, params: Params): { [element: string]: Xml } {
  const instance = find(state, 'instance', state.instances, required(params, 'InstanceId'));
  const attribute = required(params, 'Attribute');
  const values: Record<string, string | boolean> = {
    disableApiTermination: instance.disableApiTermination,
    ebsOptimized: instance.ebsOptimized,
    instanceType: instance.instanceType,
    rootDeviceName: instance.rootDevice,
    userData: Buffer.from('#!/bin/bash\n# installs Replicated and CircleCI\n').toString('base64'),
  };
  const value = values[attribute];
  if (value === undefined)
    throw invalidValue(`Value (${attribute}) for parameter attribute is invalid. Unknown attribute.`);
  return { instanceId: instance.instanceId, [attribute]: { value } };
}

function filterValues(instance: InstanceRecord): Record<string, string | undefined> {
  return {
    'availability-zone': instance.zone,
    'image-id': instance.imageId,
    'instance-id': instance.instanceId,
    'instance-state-name': instance.state,
    'instance-type': instance.instanceType,
    'ip-address': instance.publicIp,
    'key-name': instance.keyName,
    'private-ip-address': instance.privateIp,
    'subnet-id': instance.subnetId,
    'vpc-id': instance.vpcId,
  };
}

function reservationXml(state: State, instance: InstanceRecord): Xml {
  return {
    reservationId: instance.instanceId.replace(/^i-/, 'r-'),
    ownerId: state.accountId,
    groupSet: [],
    instancesSet: [instanceXml(instance)],
  };
}

function instanceXml(instance: InstanceRecord): Xml {
  const { privateIp, publicIp, launchedAt } = instance;
  const region = instance.zone.slice(0, -1);
  return {
    instanceId: instance.instanceId,
    imageId: instance.imageId,
    instanceState: { code: STATE_CODES[instance.state], name: instance.state },
    privateDnsName: privateIp ? `ip-${privateIp.replaceAll('.', '-')}.${region}.compute.internal` : '',
    dnsName: publicIp ? `ec2-${publicIp.replaceAll('.', '-')}.${region}.compute.amazonaws.com` : '',
    reason: '',
    keyName: instance.keyName,
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
    iamInstanceProfile: { arn: instance.profileArn, id: 'AIPASANDBOXCIRCLECI00' },
    ebsOptimized: instance.ebsOptimized,
    enaSupport: true,
    metadataOptions: {
      state: 'applied',
      httpTokens: instance.metadata.httpTokens,
      httpPutResponseHopLimit: instance.metadata.httpPutResponseHopLimit,
      httpEndpoint: 'enabled',
    },
  };
}
