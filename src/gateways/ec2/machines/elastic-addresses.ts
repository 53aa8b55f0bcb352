import {
  AssociateAddressCommand,
  DescribeAddressesCommand,
  type DescribeAddressesCommandInput,
  DisassociateAddressCommand,
} from '@aws-sdk/client-ec2';
import type { ElasticAddress } from '../../../core/model/machine-facts.ts';
import type { CallOptions } from '../../../core/ports/ec2-call.ts';
import type { Ec2Machines } from '../../../core/ports/ec2-machines.ts';
import { type Problem, ProblemError } from '../../../core/problems/problem.ts';
import { codeOf } from '../calls.ts';
import type { MachineDeps } from './deps.ts';
import { elasticAddress } from './records.ts';
import { machineProblem, orProblem } from './refusals.ts';
import * as requests from './requests.ts';

const GONE = 'InvalidAllocationID.NotFound';
const TAKEN = 'Resource.AlreadyAssociated';

type ElasticAddresses = Pick<Ec2Machines, 'elasticAddresses' | 'address' | 'moveAddress' | 'freeAddress'>;

/** Moving an address looks first who has it, so that a call whose answer was lost is not made against the new state. */
export function createElasticAddresses({ client, caller }: MachineDeps): ElasticAddresses {
  async function describe(
    input: DescribeAddressesCommandInput,
    options: CallOptions,
  ): Promise<ElasticAddress[]> {
    const answer = await caller.call(
      'DescribeAddresses',
      (abortSignal) => client.send(new DescribeAddressesCommand(input), { abortSignal }),
      options,
    );
    return (answer.Addresses ?? []).map(elasticAddress);
  }

  async function address(allocationId: string, options: CallOptions): Promise<ElasticAddress | undefined> {
    const Filters = [{ Name: 'allocation-id', Values: [allocationId] }];
    return (await describe({ Filters }, options))[0];
  }

  return {
    elasticAddresses: (options) => describe({}, options),
    address,
    async moveAddress(move, options) {
      const { allocationId, instanceId } = move;
      const before = await address(allocationId, options);
      if (before === undefined) throw new ProblemError({ code: 'elastic-address-gone', allocationId });
      if (before.instanceId === instanceId && before.associationId !== undefined) return before.associationId;
      try {
        const answer = await caller.call(
          'AssociateAddress',
          (abortSignal) =>
            client.send(new AssociateAddressCommand(requests.associateAddress(move)), { abortSignal }),
          options,
        );
        if (answer.AssociationId !== undefined) return answer.AssociationId;
      } catch (error) {
        if (codeOf(error) !== TAKEN) {
          return orProblem(
            () => Promise.reject(error),
            (code) => addressProblem(code, allocationId, instanceId),
          );
        }
      }
      const now = await address(allocationId, options);
      if (now?.instanceId === instanceId && now.associationId !== undefined) return now.associationId;
      throw new ProblemError(taken(now ?? before));
    },
    async freeAddress({ allocationId, instanceId }, options) {
      const found = await address(allocationId, options);
      if (found?.instanceId !== instanceId || found.associationId === undefined) return;
      const input = { AssociationId: found.associationId };
      try {
        await caller.call(
          'DisassociateAddress',
          (abortSignal) => client.send(new DisassociateAddressCommand(input), { abortSignal }),
          options,
        );
      } catch (error) {
        if (codeOf(error) !== 'InvalidAssociationID.NotFound') throw error;
      }
    },
  };
}

function addressProblem(code: string, allocationId: string, instanceId: string): Problem | undefined {
  return code === GONE
    ? { code: 'elastic-address-gone', allocationId }
    : machineProblem(code, instanceId, 'AssociateAddress');
}

function taken({ publicIp, instanceId, networkInterfaceId }: ElasticAddress): Problem {
  const holder = instanceId ?? networkInterfaceId;
  return { code: 'elastic-address-taken', publicIp, ...(holder === undefined ? {} : { holder }) };
}
