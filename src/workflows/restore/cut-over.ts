import type { Problem } from '../../core/problems/problem.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import {
  type Replacement,
  reinstate,
  retire,
  stepBack,
  type TagChange,
  takeOver,
} from '../../core/restore/launch-tags.ts';
import type { MovedAddress, ReplaceOrder } from '../../core/restore/order.ts';
import { UNDO_STAGES } from '../../core/restore/stages.ts';
import { findMachine } from '../../runs/find-machine.ts';
import { learnMachine } from '../../runs/own-backups.ts';
import { retryOption, type Tools, type Work } from '../run/run.ts';
import { compareBeforeCutOver } from './check.ts';
import { type Running, waitForState } from './launch.ts';
import type { RestoreRun } from './run.ts';
import { type Checked, verifyMachine } from './verify.ts';

const STOPPED_LIMIT_MS = 20 * 60_000;
const STARTED_LIMIT_MS = 15 * 60_000;
const FOUND_LIMIT_MS = 5 * 60_000;

/** `begun`: something of it was done and not put back. */
export type CutOverState = 'not begun' | 'begun' | 'undone' | 'done';

/**
 * The steps of the cut-over in their order. The first that fails undoes all of them, so that the old machine works while
 * people decide about another try. `tell` hears how far it is, for what an abort has to do.
 */
export async function cutOver(
  run: RestoreRun,
  order: ReplaceOrder,
  checked: Checked,
  tell: (state: CutOverState) => void,
): Promise<void> {
  const { old, address } = order;
  const steps: [key: string, work: Work<string>][] = [
    ...(old === undefined ? [] : [step('fence', (tools) => fence(run, tools, old.instanceId))]),
    ...(address === undefined
      ? []
      : [step('address', (tools) => moveAddress(run, tools, address, checked.running))]),
    step('names', (tools) => takeNames(run, order, tools, checked.running)),
    step('verify-again', (tools) => verifyAgain(run, order, tools, checked)),
  ];
  for (let isUndone = true; ; ) {
    // People may have waited for days before they say so.
    if (isUndone) await compareBeforeCutOver(run, order);
    tell('begun');
    const failed = await firstFailure(run, steps);
    if (failed === undefined) return tell('done');
    isUndone = (await goBack(run, order, checked.running)) === undefined;
    if (isUndone) tell('undone');
    const before = isUndone
      ? 'The cut-over was undone. '
      : 'The cut-over is neither done nor undone: see its steps. ';
    await run.decide(
      failed.key,
      failed.problem,
      [{ ...retryOption(failed.problem), label: 'Cut over again' }],
      before,
    );
    await run.forget(...(isUndone ? ['compare'] : []), ...steps.map(([key]) => key));
  }
}

function step(key: string, work: Work<string>): [string, Work<string>] {
  return [key, work];
}

async function firstFailure(
  run: RestoreRun,
  steps: readonly [key: string, work: Work<string>][],
): Promise<{ key: string; problem: Problem } | undefined> {
  for (const [key, work] of steps) {
    const result = await run.attempt(key, work);
    if (!result.ok) {
      for (const [undone] of steps) run.done.delete(undone);
      return { key, problem: result.problem };
    }
    run.done.add(key);
  }
  return undefined;
}

/** Stops the old machine, and never terminates it. */
async function fence(run: RestoreRun, tools: Tools, instanceId: string) {
  const { machines } = run.context.ec2(run.region);
  const before = await machines.machine(instanceId, tools.ec2Options());
  if (before === undefined || before.state === 'terminated') return done(`${instanceId} is gone already`);
  if (before.state === 'stopped') return done(`${instanceId} was stopped already`);
  if (before.state !== 'stopping') await machines.stop(instanceId, tools.ec2Options());
  await waitForState(run, tools, instanceId, 'stopped', STOPPED_LIMIT_MS);
  return done(`${instanceId} is stopped; it is kept`);
}

/** The Elastic IP goes from the machine that the plan names, or from nobody; where another has it, nothing is done. */
async function moveAddress(run: RestoreRun, tools: Tools, planned: MovedAddress, { instanceId }: Running) {
  const { machines } = run.context.ec2(run.region);
  const { allocationId, publicIp } = planned;
  const now = await machines.address(allocationId, tools.ec2Options());
  const holder = now?.instanceId;
  if (holder !== undefined && holder !== planned.instanceId && holder !== instanceId)
    throw new ProblemError({ code: 'elastic-address-taken', publicIp, holder });
  const allowReassociation = holder !== undefined;
  await machines.moveAddress({ allocationId, instanceId, allowReassociation }, tools.ec2Options());
  return done(`${publicIp} leads to ${instanceId}`);
}

/** The tag by which the machine is found goes from the old one, which is stopped, to the new one. */
async function takeNames(run: RestoreRun, order: ReplaceOrder, tools: Tools, { instanceId }: Running) {
  const { old, selector } = order;
  const replacement = replacementOf(order);
  if (old !== undefined) {
    // Somebody may have tagged it since the plan: what it has now decides what finds room.
    const { machines } = run.context.ec2(run.region);
    const now = await machines.machine(old.instanceId, tools.ec2Options());
    await changeTags(run, tools, old.instanceId, retire(replacement, now?.tags));
  }
  await changeTags(run, tools, instanceId, takeOver(replacement));
  return done(
    selector.by === 'tag'
      ? `${selector.key}=${selector.value} is ${instanceId} now`
      : `${instanceId}; SERVICES_INSTANCE still names ${selector.id}`,
  );
}

async function verifyAgain(run: RestoreRun, order: ReplaceOrder, tools: Tools, checked: Checked) {
  const after = afterMove(order, checked);
  const { region, selector: instance } = order;
  if (instance.by === 'tag') {
    let trouble: Problem | undefined;
    await tools.until(
      async () => {
        try {
          const found = await findMachine(run.context.ec2(region), { instance, region }, tools.ec2Options());
          return found.instanceId === after.running.instanceId ? found : undefined;
        } catch (error) {
          if (!(error instanceof ProblemError)) throw error;
          trouble = error.problem;
          return undefined;
        }
      },
      {
        limitMs: FOUND_LIMIT_MS,
        late: () =>
          trouble ?? {
            code: 'unexpected',
            step: 'verify-again',
            message: 'the tag does not lead to the new machine',
          },
      },
    );
  }
  const verified = await verifyMachine(run, tools, after);
  if (verified.ok) await learnMachines(run, after.running);
  return verified;
}

/** From here on the backups of the one and of the other are the target's. */
async function learnMachines({ order, context }: RestoreRun, { instanceId }: Running): Promise<void> {
  const target = { name: order.target, region: order.region, instance: order.selector };
  for (const id of [order.old?.instanceId, instanceId])
    if (id !== undefined) await learnMachine(target, id, context.store);
}

/** Once it has the Elastic IP, the public address that it was launched with is gone. */
function afterMove({ address }: ReplaceOrder, checked: Checked): Checked {
  if (address === undefined) return checked;
  const { running, reached } = checked;
  const isPublic = reached !== undefined && reached.host === running.publicIp;
  return {
    running: { ...running, publicIp: address.publicIp },
    ...(reached === undefined
      ? {}
      : { reached: isPublic ? { ...reached, host: address.publicIp } : reached }),
  };
}

/** Undoes what was done of the cut-over, whatever that is: EC2 is asked, not a memory of it. Gives why it is not undone. */
function goBack(run: RestoreRun, order: ReplaceOrder, { instanceId }: Running): Promise<Problem | undefined> {
  const { old, address, region } = order;
  return run.undo(UNDO_STAGES[0], async (tools) => {
    const { machines } = run.context.ec2(region);
    const said: string[] = [];
    const replacement = replacementOf(order);
    await changeTags(run, tools, instanceId, stepBack(replacement));
    if (old !== undefined) await changeTags(run, tools, old.instanceId, reinstate(replacement));
    if (address !== undefined) {
      const holder = (await machines.address(address.allocationId, tools.ec2Options()))?.instanceId;
      const { allocationId, publicIp } = address;
      if (holder === instanceId && address.instanceId !== undefined) {
        const back = { allocationId, instanceId: address.instanceId, allowReassociation: true };
        await machines.moveAddress(back, tools.ec2Options());
        said.push(`${publicIp} leads to ${address.instanceId} again`);
      } else if (holder === instanceId) {
        await machines.freeAddress({ allocationId, instanceId }, tools.ec2Options());
        said.push(`${publicIp} belongs to nobody, as before`);
      }
    }
    if (old?.state === 'running') {
      await startAgain(run, tools, old.instanceId);
      said.push(`${old.instanceId} runs again`);
    }
    return done(said.length === 0 ? 'nothing had changed' : said.join('; '));
  });
}

async function startAgain(run: RestoreRun, tools: Tools, instanceId: string): Promise<void> {
  const { machines } = run.context.ec2(run.region);
  const before = await machines.machine(instanceId, tools.ec2Options());
  if (before?.state === 'running') return;
  if (before?.state === 'stopping') await waitForState(run, tools, instanceId, 'stopped', STOPPED_LIMIT_MS);
  if (before?.state !== 'pending') await machines.start(instanceId, tools.ec2Options());
  await tools.until(
    async () => {
      const now = await machines.machine(instanceId, tools.ec2Options());
      return now?.state === 'running' ? now : undefined;
    },
    {
      limitMs: STARTED_LIMIT_MS,
      late: (afterMs) => ({ code: 'restore-machine-slow', instanceId, state: 'not running', afterMs }),
    },
  );
}

function replacementOf({ runId, selector, old, backup, launch }: ReplaceOrder): Replacement {
  return { runId, backupId: backup.backupId, selector, source: old?.tags ?? launch.tags };
}

async function changeTags(
  run: RestoreRun,
  tools: Tools,
  instanceId: string,
  { tag, untag }: TagChange,
): Promise<void> {
  const ec2 = run.context.ec2(run.region);
  if (untag.length > 0) await ec2.untag([instanceId], untag, tools.ec2Options());
  await ec2.tag([instanceId], tag, tools.ec2Options());
}

function done(detail: string): { ok: true; value: string; detail: string } {
  return { ok: true, value: detail, detail };
}
