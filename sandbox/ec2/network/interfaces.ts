import { isHidden, type State } from '../state.ts';
import { filterTest } from '../wire/filters.ts';
import { page } from '../wire/paging.ts';
import { type Params, texts } from '../wire/query.ts';
import type { Xml } from '../wire/xml.ts';

/** A network interface, of an instance or of something else. */
interface Interface {
  id: string;
  subnetId: string;
  privateIp: string;
  description: string;
  instanceId?: string;
}

const FILTERS = [
  'addresses.private-ip-address',
  'attachment.instance-id',
  'network-interface-id',
  'private-ip-address',
  'status',
  'subnet-id',
  'vpc-id',
];

export function describeNetworkInterfaces(state: State, params: Params): { [element: string]: Xml } {
  const ids = texts(params, 'NetworkInterfaceId');
  const matches = filterTest(params, FILTERS);
  const found = allInterfaces(state)
    .filter(
      (one) =>
        (ids.length === 0 || ids.includes(one.id)) &&
        matches({
          values: {
            'addresses.private-ip-address': one.privateIp,
            'attachment.instance-id': one.instanceId,
            'network-interface-id': one.id,
            'private-ip-address': one.privateIp,
            status: 'in-use',
            'subnet-id': one.subnetId,
            'vpc-id': state.subnets.get(one.subnetId)?.vpcId,
          },
          tags: {},
        }),
    )
    .map((one): [string, Interface] => [one.id, one]);
  const answer = page(params, found, { least: 5, notWith: 'NetworkInterfaceId', pageSize: state.pageSize });
  return {
    networkInterfaceSet: answer.page.map((one) => ({
      networkInterfaceId: one.id,
      subnetId: one.subnetId,
      vpcId: state.subnets.get(one.subnetId)?.vpcId,
      description: one.description,
      status: 'in-use',
      privateIpAddress: one.privateIp,
      attachment:
        one.instanceId === undefined
          ? { status: 'attached', instanceOwnerId: 'amazon-elb' }
          : { status: 'attached', instanceId: one.instanceId, deviceIndex: 0 },
      privateIpAddressesSet: [{ privateIpAddress: one.privateIp, primary: true }],
    })),
    nextToken: answer.nextToken,
  };
}

/** Every instance has one, under its own number. */
export function interfaceOf(instanceId: string): string {
  return instanceId.replace(/^i-/, 'eni-');
}

function allInterfaces(state: State): Interface[] {
  const machines = [...state.instances.values()].flatMap(({ instanceId, subnetId, privateIp }) =>
    subnetId === undefined || privateIp === undefined || isHidden(state, instanceId)
      ? []
      : [{ id: interfaceOf(instanceId), subnetId, privateIp, description: '', instanceId }],
  );
  const others = [...state.interfaces.values()].map(({ networkInterfaceId, ...rest }) => ({
    id: networkInterfaceId,
    ...rest,
  }));
  return [...machines, ...others];
}
