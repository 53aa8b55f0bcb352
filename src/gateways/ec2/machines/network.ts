import {
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
} from '@aws-sdk/client-ec2';
import type { Subnet } from '../../../core/model/machine-facts.ts';
import type { CallOptions } from '../../../core/ports/ec2-call.ts';
import type { Ec2Machines } from '../../../core/ports/ec2-machines.ts';
import type { MachineDeps } from './deps.ts';
import { addressHolder, subnetFacts, whyUnfit } from './records.ts';
import * as requests from './requests.ts';

/** Where a machine can be, and which addresses are free there. */
export function createNetwork({
  client,
  allPages,
}: MachineDeps): Pick<Ec2Machines, 'whoHas' | 'subnetsOf' | 'subnet' | 'typesIn' | 'unfitTypes'> {
  async function subnets(
    by: { vpcId: string } | { subnetId: string },
    options: CallOptions,
  ): Promise<Subnet[]> {
    const input = requests.describeSubnets(by);
    const pages = await allPages('DescribeSubnets', options, (token, abortSignal) =>
      client.send(new DescribeSubnetsCommand({ ...input, MaxResults: 1000, ...token }), { abortSignal }),
    );
    return pages.flatMap((page) => page.Subnets ?? []).map(subnetFacts);
  }

  return {
    async whoHas(privateIp, subnetId, options) {
      const input = requests.describeHolder(privateIp, subnetId);
      const pages = await allPages('DescribeNetworkInterfaces', options, (token, abortSignal) =>
        client.send(new DescribeNetworkInterfacesCommand({ ...input, MaxResults: 1000, ...token }), {
          abortSignal,
        }),
      );
      return pages.flatMap((page) => page.NetworkInterfaces ?? []).map(addressHolder)[0];
    },
    async subnetsOf(vpcId, options) {
      const found = await subnets({ vpcId }, options);
      return found.sort(
        (a, b) =>
          (a.zone < b.zone ? -1 : a.zone > b.zone ? 1 : 0) ||
          b.freeAddresses - a.freeAddresses ||
          (a.subnetId < b.subnetId ? -1 : 1),
      );
    },
    subnet: async (subnetId, options) => (await subnets({ subnetId }, options))[0],
    async typesIn(zone, types, options) {
      if (types.length === 0) return [];
      const input = requests.describeOfferings(zone, types);
      const pages = await allPages('DescribeInstanceTypeOfferings', options, (token, abortSignal) =>
        client.send(new DescribeInstanceTypeOfferingsCommand({ ...input, MaxResults: 1000, ...token }), {
          abortSignal,
        }),
      );
      const offered = new Set<string>(
        pages.flatMap((page) => page.InstanceTypeOfferings ?? []).flatMap((one) => one.InstanceType ?? []),
      );
      return types.filter((type) => offered.has(type));
    },
    async unfitTypes(types, image, options) {
      if (types.length === 0) return new Map();
      const input = requests.describeTypes(types);
      const pages = await allPages('DescribeInstanceTypes', options, (token, abortSignal) =>
        client.send(new DescribeInstanceTypesCommand({ ...input, MaxResults: 100, ...token }), {
          abortSignal,
        }),
      );
      return new Map(
        pages
          .flatMap((page) => page.InstanceTypes ?? [])
          .flatMap((type) => {
            const why = whyUnfit(type, image);
            return why === undefined ? [] : [[type.InstanceType ?? '', why] as const];
          }),
      );
    },
  };
}
