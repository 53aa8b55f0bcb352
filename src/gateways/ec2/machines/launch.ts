import { RunInstancesCommand } from '@aws-sdk/client-ec2';
import type { Ec2Machines } from '../../../core/ports/ec2-machines.ts';
import type { MachineDeps } from './deps.ts';
import type { MachineReading } from './reading.ts';
import { launchProblem, orProblem } from './refusals.ts';
import * as requests from './requests.ts';

/**
 * At most one machine a run. The client token makes a repeated call harmless; where a person chose another type after
 * an answer was lost, and so another token, the machine is found by the token it was launched with. A tag would say nothing:
 * anybody can give it to any machine.
 */
export function createMachineLaunch(
  { client, caller }: MachineDeps,
  { machinesOf }: Pick<MachineReading, 'machinesOf'>,
): Pick<Ec2Machines, 'launch'> {
  return {
    async launch(request, options) {
      const made = (await machinesOf(request.runId, options))
        .filter(({ state }) => state !== 'shutting-down' && state !== 'terminated')
        .sort((a, b) => (a.launchedAt ?? 0) - (b.launchedAt ?? 0))[0];
      if (made !== undefined) return made.instanceId;
      const answer = await orProblem(
        () =>
          caller.call(
            'RunInstances',
            (abortSignal) =>
              client.send(new RunInstancesCommand(requests.runInstances(request)), { abortSignal }),
            options,
          ),
        (code, awsMessage) => launchProblem(code, request, awsMessage),
      );
      const instanceId = answer.Instances?.[0]?.InstanceId;
      if (instanceId === undefined) throw new Error('RunInstances gave no instance');
      return instanceId;
    },
  };
}
