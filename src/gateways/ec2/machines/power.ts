import {
  ModifyInstanceAttributeCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { isLaunchOf } from '../../../core/catalogue/proof.ts';
import type { MachineFacts } from '../../../core/model/machine-facts.ts';
import type { CallOptions } from '../../../core/ports/ec2-call.ts';
import type { Ec2Machines } from '../../../core/ports/ec2-machines.ts';
import { explain, type Problem, ProblemError } from '../../../core/problems/problem.ts';
import { codeOf, NO_CAPACITY } from '../calls.ts';
import type { MachineDeps } from './deps.ts';
import type { MachineReading } from './reading.ts';
import { machineProblem, orProblem } from './refusals.ts';
import * as requests from './requests.ts';

/** EC2 may hide a new instance from Describe calls for some seconds; only after this long it counts as gone. */
const APPEARS_WITHIN_MS = 2 * 60_000;
const LOOK_EVERY_MS = 5_000;
/** A call that was refused is over; what it had lifted should not wait for the same trouble as long as it did. */
const PUT_BACK_MS = 60_000;

const ENDED = ['shutting-down', 'terminated'];

export function createMachinePower(
  { client, caller, clock }: MachineDeps,
  { machine }: Pick<MachineReading, 'machine'>,
): Pick<Ec2Machines, 'stop' | 'start' | 'terminate'> {
  async function lookUp(instanceId: string, options: CallOptions): Promise<MachineFacts | undefined> {
    const since = clock.now();
    for (;;) {
      const found = await machine(instanceId, options);
      if (found !== undefined || clock.now() - since >= APPEARS_WITHIN_MS) return found;
      await clock.sleep(LOOK_EVERY_MS, options.signal);
      options.signal.throwIfAborted();
    }
  }

  const protect = (instanceId: string, isOn: boolean, options: CallOptions) => {
    const input = requests.terminationProtection(instanceId, isOn);
    return caller.call(
      'ModifyInstanceAttribute',
      (abortSignal) => client.send(new ModifyInstanceAttributeCommand(input), { abortSignal }),
      options,
    );
  };

  /** What was lifted for a termination that did not come; a machine that does end has nothing left to protect. */
  async function protectAgain(instanceId: string, cause: unknown, options: CallOptions): Promise<void> {
    // A bot that is stopped takes the step up again when it runs.
    if (options.signal.aborted) return;
    try {
      await protect(instanceId, true, { ...options, patienceMs: Math.min(options.patienceMs, PUT_BACK_MS) });
    } catch (error) {
      options.signal.throwIfAborted();
      const isGone = machineProblem(codeOf(error) ?? '', instanceId, 'ModifyInstanceAttribute') !== undefined;
      if (isGone || !(cause instanceof ProblemError)) return;
      const why = explain(cause.problem).reason;
      throw new ProblemError({ code: 'machine-unprotected', instanceId, why }, { cause });
    }
  }

  return {
    async stop(instanceId, options) {
      const input = { InstanceIds: [instanceId] };
      await orProblem(
        () =>
          caller.call(
            'StopInstances',
            (abortSignal) => client.send(new StopInstancesCommand(input), { abortSignal }),
            options,
          ),
        (code) => refused(code, instanceId, 'StopInstances', 'stop'),
      );
    },
    async start(instanceId, options) {
      const input = { InstanceIds: [instanceId] };
      await orProblem(
        () =>
          caller.call(
            'StartInstances',
            (abortSignal) => client.send(new StartInstancesCommand(input), { abortSignal }),
            options,
          ),
        (code) =>
          NO_CAPACITY.has(code)
            ? { code: 'start-no-capacity', instanceId }
            : machineProblem(code, instanceId, 'StartInstances'),
      );
    },
    async terminate(instanceId, ofRun, options) {
      const found = await lookUp(instanceId, options);
      if (found === undefined) return;
      if (!isLaunchOf(ofRun, found.clientToken))
        throw new ProblemError({ code: 'machine-not-ours', instanceId, runId: ofRun });
      if (ENDED.includes(found.state)) return;
      const input = { InstanceIds: [instanceId] };
      const known = (code: string) => refused(code, instanceId, 'TerminateInstances', 'termination');
      await orProblem(() => protect(instanceId, false, options), known);
      try {
        await orProblem(
          () =>
            caller.call(
              'TerminateInstances',
              (abortSignal) => client.send(new TerminateInstancesCommand(input), { abortSignal }),
              options,
            ),
          known,
        );
      } catch (error) {
        await protectAgain(instanceId, error, options);
        throw error;
      }
    },
  };
}

function refused(
  code: string,
  instanceId: string,
  action: string,
  against: 'stop' | 'termination',
): Problem | undefined {
  if (code === 'OperationNotPermitted') return { code: 'machine-protected', instanceId, against };
  return machineProblem(code, instanceId, action);
}
