import type { SubnetRecord } from '../instances/machine-state.ts';
import { find, type State, visible } from '../state.ts';
import { tagSet } from '../tags.ts';
import { ApiError } from '../wire/errors.ts';
import { filterTest } from '../wire/filters.ts';
import { page } from '../wire/paging.ts';
import { type Params, texts } from '../wire/query.ts';
import type { Xml } from '../wire/xml.ts';

/** EC2 keeps five addresses of every subnet for itself. */
const RESERVED = 5;

export const STANDARD_VPC = 'vpc-0d3c2c4e8f9b7a651';
export const STANDARD_SUBNET = 'subnet-0b1c5a0d6f0e41a27';

/** The VPC of a standard install: one subnet in each of three zones. */
export function standardSubnets(region: string): SubnetRecord[] {
  return [
    { subnetId: STANDARD_SUBNET, letter: 'a', network: '10.20.0.0' },
    { subnetId: 'subnet-0b1c5a0d6f0e41a28', letter: 'b', network: '10.20.64.0' },
    { subnetId: 'subnet-0b1c5a0d6f0e41a29', letter: 'c', network: '10.20.128.0' },
  ].map(({ letter, ...subnet }) => ({
    ...subnet,
    vpcId: STANDARD_VPC,
    zone: `${region}${letter}`,
    prefix: 18,
    mapsPublicIp: true,
    tags: { Name: `circleci-${letter}` },
  }));
}

const FILTERS = ['availability-zone', 'subnet-id', 'vpc-id'];

export function describeSubnets(state: State, params: Params): { [element: string]: Xml } {
  const ids = texts(params, 'SubnetId');
  for (const id of ids) find(state, 'subnet', state.subnets, id);
  const matches = filterTest(params, FILTERS);
  const found = visible(state, state.subnets).filter(
    ([id, subnet]) =>
      (ids.length === 0 || ids.includes(id)) &&
      matches({
        values: { 'availability-zone': subnet.zone, 'subnet-id': id, 'vpc-id': subnet.vpcId },
        tags: subnet.tags,
      }),
  );
  const answer = page(params, found, { least: 5, notWith: 'SubnetId', pageSize: state.pageSize });
  return {
    subnetSet: answer.page.map((subnet) => ({
      subnetId: subnet.subnetId,
      state: 'available',
      vpcId: subnet.vpcId,
      cidrBlock: `${subnet.network}/${subnet.prefix}`,
      availableIpAddressCount: freeCount(state, subnet),
      availabilityZone: subnet.zone,
      defaultForAz: false,
      mapPublicIpOnLaunch: subnet.mapsPublicIp,
      ownerId: state.accountId,
      tagSet: tagSet(subnet.tags),
    })),
    nextToken: answer.nextToken,
  };
}

/** Private addresses of a subnet that somebody has; a stopped machine keeps its own. */
function takenIn(state: State, subnetId: string): string[] {
  const machines = [...state.instances.values()].filter((instance) => instance.subnetId === subnetId);
  const others = [...state.interfaces.values()].filter((one) => one.subnetId === subnetId);
  return [...machines, ...others].flatMap(({ privateIp }) => privateIp ?? []);
}

function freeCount(state: State, subnet: SubnetRecord): number {
  return Math.max(0, 2 ** (32 - subnet.prefix) - RESERVED - takenIn(state, subnet.subnetId).length);
}

/** The address asked for, where it is the subnet's and free; else the first free one. */
export function takeAddress(state: State, subnet: SubnetRecord, asked: string | undefined): string {
  const taken = new Set(takenIn(state, subnet.subnetId));
  const first = numberOf(subnet.network);
  const last = first + 2 ** (32 - subnet.prefix) - 1;
  if (asked !== undefined) {
    if (taken.has(asked)) throw new ApiError('InvalidIPAddress.InUse', `Address ${asked} is in use.`);
    const number = numberOf(asked);
    if (number >= first + 4 && number < last) return asked;
    throw new ApiError(
      'InvalidParameterValue',
      `Address ${asked} does not fall within the subnet's address range`,
    );
  }
  for (let number = first + 4; number < last; number += 1)
    if (!taken.has(addressOf(number))) return addressOf(number);
  throw new ApiError(
    'InsufficientFreeAddressesInSubnet',
    `There are not enough free addresses in subnet '${subnet.subnetId}' to satisfy the requested number of instances.`,
  );
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function addressOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
