import type { AddressRecord } from '../instances/machine-state.ts';
import { find, type InstanceRecord, type State, visible } from '../state.ts';
import { tagSet } from '../tags.ts';
import { ApiError } from '../wire/errors.ts';
import { filterTest } from '../wire/filters.ts';
import { flag, type Params, required, text, texts } from '../wire/query.ts';
import type { Xml } from '../wire/xml.ts';
import { interfaceOf } from './interfaces.ts';
import { publicAddress } from './public-address.ts';

/** An Elastic IP to add, with its holder if it has one. */
export interface NewAddress {
  publicIp?: string;
  instanceId?: string;
  tags?: Record<string, string>;
}

export function addAddress(state: State, given: NewAddress): AddressRecord {
  const address: AddressRecord = {
    allocationId: state.nextId('address'),
    // From another block for documentation (RFC 5737) than the addresses that come and go.
    publicIp: given.publicIp ?? `198.51.100.${state.addresses.size + 10}`,
    tags: given.tags ?? {},
  };
  state.addresses.set(address.allocationId, address);
  state.changed('address', address.allocationId, 'created');
  const holder = given.instanceId === undefined ? undefined : state.instances.get(given.instanceId);
  if (holder) give(state, address, holder);
  return address;
}

const FILTERS = ['allocation-id', 'association-id', 'instance-id', 'public-ip'];

/** All of them in one answer: this action has no pages. */
export function describeAddresses(state: State, params: Params): { [element: string]: Xml } {
  const ids = texts(params, 'AllocationId');
  for (const id of ids) find(state, 'address', state.addresses, id);
  const matches = filterTest(params, FILTERS);
  const found = visible(state, state.addresses).filter(
    ([id, address]) =>
      (ids.length === 0 || ids.includes(id)) &&
      matches({
        values: {
          'allocation-id': id,
          'association-id': address.held?.associationId,
          'instance-id': address.held?.instanceId,
          'public-ip': address.publicIp,
        },
        tags: address.tags,
      }),
  );
  return {
    addressesSet: found.map(([, { allocationId, publicIp, held, tags }]) => ({
      publicIp,
      allocationId,
      domain: 'vpc',
      associationId: held?.associationId,
      instanceId: held?.instanceId,
      networkInterfaceId: held === undefined ? undefined : interfaceOf(held.instanceId),
      privateIpAddress: held === undefined ? undefined : state.instances.get(held.instanceId)?.privateIp,
      tagSet: tagSet(tags),
    })),
  };
}

/** Without `AllowReassociation=false` it is taken from whoever has it. */
export function associateAddress(state: State, params: Params): { [element: string]: Xml } {
  const address = find(state, 'address', state.addresses, required(params, 'AllocationId'));
  const instance = find(state, 'instance', state.instances, required(params, 'InstanceId'));
  if (instance.state !== 'running' && instance.state !== 'stopped') {
    throw new ApiError(
      'IncorrectInstanceState',
      `The ${instance.state} instance '${instance.instanceId}' is not in a valid state for this operation.`,
    );
  }
  const mayTake = text(params, 'AllowReassociation') === undefined || flag(params, 'AllowReassociation');
  if (address.held !== undefined && !mayTake) {
    throw new ApiError(
      'Resource.AlreadyAssociated',
      `resource ${address.allocationId} is already associated with associate-id ${address.held.associationId}`,
    );
  }
  leave(state, address);
  give(state, address, instance);
  return { return: true, associationId: address.held?.associationId };
}

export function disassociateAddress(state: State, params: Params): { [element: string]: Xml } {
  const associationId = required(params, 'AssociationId');
  const address = [...state.addresses.values()].find((one) => one.held?.associationId === associationId);
  if (address === undefined) {
    throw new ApiError(
      'InvalidAssociationID.NotFound',
      `The association ID '${associationId}' does not exist`,
    );
  }
  leave(state, address);
  return { return: true };
}

/** The Elastic IP that an instance has, if any. */
export function elasticIpOf(state: State, instanceId: string): AddressRecord | undefined {
  return [...state.addresses.values()].find((address) => address.held?.instanceId === instanceId);
}

/** Frees the Elastic IP of a machine that is gone. */
export function dropElasticIp(state: State, instanceId: string): void {
  const address = elasticIpOf(state, instanceId);
  if (address === undefined) return;
  delete address.held;
  state.changed('address', address.allocationId, 'free');
}

function give(state: State, address: AddressRecord, instance: InstanceRecord): void {
  // A machine has one public address: an Elastic IP takes the place of the other, or of an earlier Elastic IP.
  const earlier = elasticIpOf(state, instance.instanceId);
  if (earlier !== undefined) delete earlier.held;
  address.held = {
    associationId: `eipassoc-0c5b${countOfMoves(state).toString(16).padStart(13, '0')}`,
    instanceId: instance.instanceId,
  };
  instance.publicIp = address.publicIp;
  state.changed('address', address.allocationId, instance.instanceId);
  told(state, instance);
}

function leave(state: State, address: AddressRecord): void {
  const instance = state.instances.get(address.held?.instanceId ?? '');
  delete address.held;
  state.changed('address', address.allocationId, 'free');
  if (instance === undefined) return;
  delete instance.publicIp;
  if (instance.autoPublicIp === true && instance.state === 'running')
    instance.publicIp = publicAddress(state.instances.size + countOfMoves(state) + 60);
  told(state, instance);
}

function told(state: State, { instanceId, state: now, privateIp, publicIp }: InstanceRecord): void {
  if (now !== 'running' || privateIp === undefined) return;
  state.machines.addressed(instanceId, { privateIp, ...(publicIp === undefined ? {} : { publicIp }) });
}

function countOfMoves(state: State): number {
  state.moves += 1;
  return state.moves;
}
