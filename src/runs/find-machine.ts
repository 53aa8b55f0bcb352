import { type MachineNow, machineChanges, type PlannedMachine } from '../core/approval/planned-machine.ts';
import type { InstanceFacts } from '../core/model/instance.ts';
import { type InstanceSelector, selectorInWords } from '../core/model/target.ts';
import type { Ec2 } from '../core/ports/ec2.ts';
import type { CallOptions } from '../core/ports/ec2-call.ts';
import type { FoundInstance } from '../core/problems/backup.ts';
import { ProblemError } from '../core/problems/problem.ts';
import { counted } from '../core/text/words.ts';
import { type OfTarget, type ProofDeps, proofRecord, readOwnBackups } from './own-backups.ts';

const GONE = new Set(['terminated', 'shutting-down']);

/**
 * The one running machine of a target. A machine that was stopped when another took over often keeps the same tag, so
 * one running match among stopped ones is clear; two running ones are not.
 */
export async function findMachine(
  ec2: Ec2,
  target: { instance: InstanceSelector; region: string },
  options: CallOptions,
): Promise<InstanceFacts> {
  const found = await ec2.findInstances(target.instance, options);
  const alive = target.instance.by === 'id' ? found : found.filter((i) => !GONE.has(i.state));
  const running = alive.filter((i) => i.state === 'running');
  const [machine] = running;
  if (running.length === 1 && machine !== undefined) return machine;
  const where = { selector: selectorInWords(target.instance), region: target.region };
  if (running.length > 1)
    throw new ProblemError({ code: 'instance-several', ...where, found: running.map(brief) });
  if (alive.length > 1)
    throw new ProblemError({ code: 'instance-several', ...where, found: alive.map(brief) });
  const [stopped] = alive;
  if (stopped !== undefined)
    throw new ProblemError({ code: 'instance-not-running', ...where, found: brief(stopped) });
  const others = (await ec2.someInstances(options)).filter((i) => !GONE.has(i.state));
  throw new ProblemError({ code: 'instance-none', ...where, others: others.slice(0, 5).map(brief) });
}

/** What EC2 shows now of the machine that a plan names. */
export async function machineNow(
  ec2: Ec2,
  { instanceId }: PlannedMachine,
  selector: InstanceSelector,
  options: CallOptions,
): Promise<MachineNow> {
  const found = await ec2.findInstances(selector, options);
  const machine =
    found.find((one) => one.instanceId === instanceId) ??
    (await ec2.findInstances({ by: 'id', id: instanceId }, options))[0];
  return { found, ...(machine === undefined ? {} : { machine }) };
}

/** The machine of a plan, as long as it is as the plan says; rejects with `plan-changed`. */
export async function findPlanned(
  ec2: Ec2,
  planned: PlannedMachine,
  { instance, again }: { instance: InstanceSelector; again: string },
  options: CallOptions,
): Promise<InstanceFacts> {
  const now = await machineNow(ec2, planned, instance, options);
  const changes = machineChanges(planned, instance, now);
  if (now.machine === undefined || changes.length > 0)
    throw new ProblemError({ code: 'plan-changed', changes, again });
  return now.machine;
}

/**
 * As `findMachine`, but never a machine that a tag alone makes the target's (`core/catalogue/proof`): rejects with
 * `instance-unproven` then.
 */
export async function provenMachine(
  deps: ProofDeps,
  { target: name, instance, region }: { target: string; instance: InstanceSelector; region: string },
  options: CallOptions,
): Promise<InstanceFacts> {
  const machine = await findMachine(deps.ec2(region), { instance, region }, options);
  const { machines: learned } = await proofRecord({ name, region }, deps.store);
  const isKnown = learned.some((one) => one.target === name && one.instanceId === machine.instanceId);
  // A new database believes what it sees, for it has nothing to hold against it.
  if (instance.by !== 'id' && !isKnown && learned.length > 0)
    await throwIfStranger(deps, { name, region, instance }, machine, options);
  return machine;
}

/** Rejects with `instance-unproven` where only a tag makes it the target's machine. */
export async function throwIfStranger(
  deps: ProofDeps,
  target: OfTarget,
  machine: InstanceFacts,
  options: CallOptions,
): Promise<void> {
  const { machines } = await readOwnBackups(target, deps, options);
  if (machines.stranger?.instanceId !== machine.instanceId) return;
  throw new ProblemError({
    code: 'instance-unproven',
    selector: selectorInWords(target.instance),
    region: target.region,
    target: target.name,
    found: brief(machine),
    known: [...machines.ids],
  });
}

/** What became of the machine, for the reason of a failed image; nothing when EC2 does not tell. */
export async function stateOf(
  ec2: Ec2,
  machine: InstanceFacts,
  options: CallOptions,
): Promise<{ instance?: FoundInstance }> {
  try {
    const [now] = await ec2.findInstances({ by: 'id', id: machine.instanceId }, options);
    return { instance: now === undefined ? { ...brief(machine), state: 'terminated' } : brief(now) };
  } catch (error) {
    options.signal.throwIfAborted();
    if (error instanceof ProblemError) return {};
    throw error;
  }
}

export function describeMachine(machine: InstanceFacts): string {
  return [machine.instanceId, machine.type, machine.privateIp, counted(machine.volumes.length, 'volume')]
    .filter((part) => part !== undefined)
    .join(', ');
}

function brief(machine: InstanceFacts): FoundInstance {
  return {
    instanceId: machine.instanceId,
    state: machine.state,
    ...(machine.name === undefined ? {} : { name: machine.name }),
    ...(machine.privateIp === undefined ? {} : { privateIp: machine.privateIp }),
  };
}
