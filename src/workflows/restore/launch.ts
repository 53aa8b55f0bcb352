import { checksPassed, type MachineChecks } from '../../core/model/machine-facts.ts';
import { type Problem, ProblemError } from '../../core/problems/problem.ts';
import { volumeDifferences } from '../../core/restore/machine-source.ts';
import { type LaunchOrder, launchRequest, type NewMachine } from '../../core/restore/order.ts';
import { chosenMachine, mayHelp, type Refused, waysOut } from '../../core/restore/ways-out.ts';
import type { QuestionOption } from '../../core/run/question.ts';

import { retryOption, type Tools } from '../run/run.ts';
import type { RestoreRun } from './run.ts';

const RUNNING_LIMIT_MS = 15 * 60_000;
const CHECKS_LIMIT_MS = 20 * 60_000;
/** A machine's addresses once it runs. */
export interface Running {
  instanceId: string;
  privateIp?: string;
  publicIp?: string;
  /** What of it is not as it was planned; a clause each. */
  differs?: string[];
}

/** The launch that is asked for: its machine as people chose it, and which of the run's requests it is. */
interface Launch {
  planned: NewMachine;
  machine: NewMachine;
  request: number;
  refused: Refused[];
}

/** Launches a machine and waits until it runs; where EC2 ends it on the way, people may have another one launched. */
export async function launchMachine(run: RestoreRun, order: LaunchOrder): Promise<Running> {
  const { launch: planned } = order;
  const launch: Launch = { planned, machine: planned, request: 0, refused: [] };
  for (;;) {
    const instanceId = await requestMachine(run, order, launch);
    const running = await untilRunning(run, instanceId, launch);
    if ('instanceId' in running) return running;
    launch.machine = running.another;
    launch.request += 1;
    await run.forget('launch');
  }
}

/**
 * Launches the machine, or finds the one that an earlier try launched. Where AWS has no room, people choose another type
 * or subnet of those that the plan has named; each choice is a request of its own, with its own token.
 */
async function requestMachine(run: RestoreRun, order: LaunchOrder, launch: Launch): Promise<string> {
  const { backup } = order;
  for (;;) {
    const { runId } = run;
    const clientToken = launch.request === 0 ? runId : `${runId}-${launch.request}`;
    const request = launchRequest(launch.machine, { runId, clientToken, imageId: backup.imageId });
    const launched = await run.attempt<string>('launch', async (tools) => {
      const { machines } = run.context.ec2(run.region);
      const instanceId = await machines.launch(request, tools.ec2Options());
      return { ok: true, value: instanceId, detail: `${instanceId}, ${request.type}` };
    });
    if (launched.ok) {
      run.done.add('launch');
      run.launched.add(launched.value);
      return launched.value;
    }
    const { problem } = launched;
    const options = choicesFor(problem, launch);
    const answer = await run.decide('launch', problem, [retryOption(problem), ...options]);
    const chosen = chosenMachine(answer, launch.machine);
    if (chosen === undefined) continue;
    launch.machine = chosen;
    launch.request += 1;
  }
}

/** What else could be launched, as buttons: what the plan has offered, and nothing else. */
function choicesFor(problem: Problem, { planned, machine, refused }: Launch): QuestionOption[] {
  if (!mayHelp(problem)) return [];
  refused.push({ type: machine.type, code: problem.code });
  return waysOut(problem, planned, machine, refused);
}

/** Waits until EC2 says that it runs, and gives its addresses; or, where it ended, which other one people want. */
async function untilRunning(
  run: RestoreRun,
  instanceId: string,
  launch: Launch,
): Promise<Running | { another: NewMachine }> {
  for (;;) {
    const result = await run.attempt<Running>('running', async (tools) => {
      const running = await waitForState(run, tools, instanceId, 'running', RUNNING_LIMIT_MS);
      const differs = await differences(run, tools, running, launch.machine);
      const detail = [running.privateIp, running.publicIp, ...differs].filter(Boolean).join(', ');
      return { ok: true, value: { ...running, ...(differs.length === 0 ? {} : { differs }) }, detail };
    });
    if (result.ok) {
      run.done.add('running');
      return result.value;
    }
    const { problem } = result;
    const hasEnded = problem.code === 'restore-machine-ended';
    const retry = retryOption(problem);
    if (!hasEnded) {
      await run.decide('running', problem, [retry]);
      continue;
    }
    const options = choicesFor(problem, launch);
    const again = { ...retry, label: 'Launch another one' };
    const answer = await run.decide('running', problem, [again, ...options]);
    return { another: chosenMachine(answer, launch.machine) ?? launch.machine };
  }
}

/** What EC2 gave otherwise than it was asked for. */
async function differences(
  run: RestoreRun,
  tools: Tools,
  { instanceId, publicIp }: Running,
  { volumes = [], publicAddress }: NewMachine,
): Promise<string[]> {
  const { machines } = run.context.ec2(run.region);
  const found = volumes.length === 0 ? [] : await machines.volumesAt(instanceId, tools.ec2Options());
  return [
    ...(publicAddress === true && publicIp === undefined ? [`${instanceId} has no public address`] : []),
    ...volumeDifferences(volumes, found),
  ];
}

const ENDED = new Set(['terminated', 'shutting-down', 'stopped', 'stopping']);

/** `late` and an end that cannot become running any more are problems. */
export async function waitForState(
  run: RestoreRun,
  tools: Tools,
  instanceId: string,
  wanted: 'running' | 'stopped',
  limitMs: number,
): Promise<Running> {
  const { machines } = run.context.ec2(run.region);
  let state = 'not shown by EC2 yet';
  const found = await tools.until(
    async () => {
      const machine = await machines.machine(instanceId, tools.ec2Options());
      state = machine?.state ?? state;
      if (machine?.state === wanted) return { machine };
      const isOver = wanted === 'running' ? ENDED.has(state) : state === 'terminated';
      return isOver && machine !== undefined ? { ended: machine } : undefined;
    },
    { limitMs, late: (afterMs) => ({ code: 'restore-machine-slow', instanceId, state, afterMs }) },
  );
  if (found.machine === undefined) {
    const why = found.ended.stateReason;
    throw new ProblemError({
      code: 'restore-machine-ended',
      instanceId,
      state,
      ...(why === undefined ? {} : { why }),
    });
  }
  const { privateIp, publicIp } = found.machine;
  return {
    instanceId,
    ...(privateIp === undefined ? {} : { privateIp }),
    ...(publicIp === undefined ? {} : { publicIp }),
  };
}

/** Waits until EC2’s own checks have passed. */
export function untilChecked(run: RestoreRun, instanceId: string): Promise<string> {
  return run.stage(
    'checks',
    async (tools) => {
      const { machines } = run.context.ec2(run.region);
      let said = 'EC2 says nothing yet';
      await tools.until(
        async () => {
          const checks = await machines.checks(instanceId, tools.ec2Options());
          if (checks === undefined) return undefined;
          said = checksInWords(checks);
          await tools.tell(said);
          return checksPassed(checks) ? checks : undefined;
        },
        {
          limitMs: CHECKS_LIMIT_MS,
          late: (afterMs) => ({ code: 'restore-checks-failed', instanceId, checks: said, afterMs }),
        },
      );
      return { ok: true, value: said, detail: said };
    },
    'not passed',
  );
}

function checksInWords({ state, system, instance, ebs }: MachineChecks): string {
  return `${state}; system ${system}, instance ${instance}, volumes ${ebs}`;
}
