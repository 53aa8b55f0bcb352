import { elasticIpOf } from '../network/addresses.ts';
import { find, type InstanceRecord, type State, visible } from '../state.ts';
import { invalidValue } from '../wire/errors.ts';
import { filterTest } from '../wire/filters.ts';
import { page } from '../wire/paging.ts';
import { type Params, required, texts } from '../wire/query.ts';
import type { Xml } from '../wire/xml.ts';
import { instanceXml } from './instance-xml.ts';

const FILTERS = [
  'availability-zone',
  'client-token',
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
    'client-token': instance.clientToken,
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
    instancesSet: [instanceXml(instance, elasticIpOf(state, instance.instanceId) !== undefined)],
  };
}
