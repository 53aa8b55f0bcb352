import { createHash } from 'node:crypto';
import {
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  type DescribeInstancesCommandInput,
  GetConsoleOutputCommand,
  type Instance,
} from '@aws-sdk/client-ec2';
import { isLaunchOf } from '../../../core/catalogue/proof.ts';
import { consoleKeys } from '../../../core/model/host-keys.ts';
import type { CallOptions } from '../../../core/ports/ec2-call.ts';
import type { Ec2Machines } from '../../../core/ports/ec2-machines.ts';
import { trimEndOf } from '../../../core/text/text.ts';
import { codeOf } from '../calls.ts';
import { instancesIn } from '../pages.ts';
import type { MachineDeps } from './deps.ts';
import { machineChecks, machineFacts } from './records.ts';
import { machineProblem, orProblem } from './refusals.ts';
import * as requests from './requests.ts';

export type MachineReading = Pick<
  Ec2Machines,
  'machine' | 'machinesOf' | 'machinesTagged' | 'checks' | 'consoleKeys'
>;

export function createMachineReading(
  { client, caller, allPages }: MachineDeps,
  { elasticAddresses }: Pick<Ec2Machines, 'elasticAddresses'>,
): MachineReading {
  async function instances(input: DescribeInstancesCommandInput, options: CallOptions): Promise<Instance[]> {
    const pages = await allPages('DescribeInstances', options, (token, abortSignal) =>
      client.send(new DescribeInstancesCommand({ ...input, MaxResults: 1000, ...token }), { abortSignal }),
    );
    return instancesIn(pages);
  }

  async function machines(input: DescribeInstancesCommandInput, options: CallOptions) {
    const found = await instances(input, options);
    if (found.length === 0) return [];
    const addresses = await elasticAddresses(options);
    return found.map((instance) => machineFacts(instance, addresses));
  }

  async function console(instanceId: string, latest: boolean, options: CallOptions): Promise<string> {
    const input = { InstanceId: instanceId, ...(latest ? { Latest: true } : {}) };
    const answer = await caller.call(
      'GetConsoleOutput',
      (abortSignal) => client.send(new GetConsoleOutputCommand(input), { abortSignal }),
      options,
    );
    return Buffer.from(answer.Output ?? '', 'base64').toString();
  }

  /** Empty while there is nothing, and where EC2 does not know the machine. */
  async function consoleText(instanceId: string, options: CallOptions): Promise<string> {
    try {
      return await console(instanceId, true, options);
    } catch (error) {
      const code = codeOf(error);
      if (code === 'InvalidInstanceID.NotFound') return '';
      // Only machines on Nitro can give the latest output; the others give what was there some minutes ago.
      if (code !== 'UnsupportedOperation') throw error;
    }
    return orProblem(
      () => console(instanceId, false, options),
      (code) => machineProblem(code, instanceId, 'GetConsoleOutput'),
    );
  }

  return {
    async machine(instanceId, options) {
      const [found] = await instances(requests.describeMachine(instanceId), options);
      return found === undefined ? undefined : machineFacts(found, await elasticAddresses(options));
    },
    async machinesOf(runId, options) {
      const found = await machines(requests.describeLaunchesOf(runId), options);
      return found.filter(({ clientToken }) => isLaunchOf(runId, clientToken));
    },
    machinesTagged: (runId, options) => machines(requests.describeMachinesTagged(runId), options),
    async checks(instanceId, options) {
      try {
        const answer = await caller.call(
          'DescribeInstanceStatus',
          (abortSignal) =>
            client.send(new DescribeInstanceStatusCommand(requests.describeStatus(instanceId)), {
              abortSignal,
            }),
          options,
        );
        const status = answer.InstanceStatuses?.[0];
        return status === undefined ? undefined : machineChecks(status);
      } catch (error) {
        if (codeOf(error) === 'InvalidInstanceID.NotFound') return undefined;
        throw error;
      }
    },
    async consoleKeys(instanceId, options) {
      return consoleKeys(await consoleText(instanceId, options), sshFingerprint);
    },
  };
}

function sshFingerprint(base64: string): string {
  const hash = createHash('sha256').update(Buffer.from(base64, 'base64')).digest('base64');
  return `SHA256:${trimEndOf(hash, '=')}`;
}
