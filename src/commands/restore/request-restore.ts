import type { CatalogueEntry } from '../../core/catalogue/entry.ts';
import type { Person } from '../../core/model/person.ts';
import type { Target } from '../../core/model/target.ts';
import type { MachinePlan } from '../../core/ports/ec2-machines.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { type RestoreChoices, restoreOrder } from '../../core/restore/choices.ts';
import { launchRequest, type RestoreOrder } from '../../core/restore/order.ts';
import { restorePlan } from '../../core/restore/plan.ts';
import { whyImpossible } from '../../core/restore/possible.ts';
import { freeRunId } from '../../runs/request.ts';
import { RESTORE } from '../../runs/restore.ts';
import { askApproval } from '../approval/ask-approval.ts';
import { readingOptions } from '../base/call-options.ts';
import { findBackup } from '../base/find-backup.ts';
import type { Reply } from '../base/reply.ts';
import { COMMAND, type Guarded, type MachineDeps, type Needs, type PlanDeps } from '../base/verb.ts';
import { whyElsewhere } from './backup-elsewhere.ts';
import { restoreFacts } from './facts.ts';

/** What is asked for below a form or a list is for operators, as the verb is. */
export const restoring: Guarded = { name: 'restore', changes: true, permission: 'operator' };

/** From a backup's id and what was chosen to a plan; refuses a backup that is gone, or is another target's. */
export async function requestRestoreFrom(
  person: Person,
  target: Target,
  backupId: string,
  choices: RestoreChoices,
  deps: PlanDeps & MachineDeps & Needs<'log' | 'targets'>,
): Promise<Reply> {
  const found = await findBackup(backupId, deps, target.region);
  if (found === undefined) {
    return {
      view: 'refusal',
      reason: `There is no backup ${backupId} in ${target.region} (any more). Nothing was done.`,
      usage: `${COMMAND} list`,
    };
  }
  const why = whyElsewhere(found, target, deps);
  if (why === undefined) return requestRestore(person, target, found.entry, choices, deps);
  const { reason, next } = why;
  return {
    view: 'refusal',
    reason: `${reason} Nothing was done.`,
    next,
    usage: `${COMMAND} list ${target.name}`,
  };
}

/** Makes the plan of a restore from how everything is now, and puts it before those who may approve it. */
async function requestRestore(
  person: Person,
  target: Target,
  entry: CatalogueEntry,
  choices: RestoreChoices,
  deps: PlanDeps & MachineDeps & Needs<'log'>,
): Promise<Reply> {
  const facts = await restoreFacts(target, entry, choices, deps);
  const impossible = whyImpossible(target, choices, facts);
  if (impossible !== undefined) return refused(impossible.reason, impossible.next, entry);
  const at = deps.clock.now();
  const runId = await freeRunId('restore', at, deps);
  const order = restoreOrder({ runId, target, person, at }, choices, facts);
  await checkPermissions(order, deps);
  return askApproval(
    {
      target,
      person,
      plan: {
        ...restorePlan(order, facts, RESTORE),
        ...(target.typeTargetName ? { mustType: target.name } : {}),
      },
      ...(choices.reason === '' ? {} : { reason: choices.reason }),
    },
    deps,
  );
}

function refused(reason: string, next: string, { backupId }: CatalogueEntry): Reply {
  return {
    view: 'refusal',
    reason: `${reason} Nothing was done.`,
    next,
    usage: `${COMMAND} restore ${backupId} --by-hand`,
  };
}

/** By dry runs, before anybody approves what EC2 would refuse. Rejects with what is missing. */
async function checkPermissions(order: RestoreOrder, deps: Needs<'ec2'>): Promise<void> {
  const { machines } = deps.ec2(order.region);
  const missing = await machines.missingMachinePermissions(dryRuns(order), readingOptions());
  if (missing.length > 0) throw new ProblemError({ code: 'permissions-missing', actions: missing });
}

function dryRuns(order: RestoreOrder): MachinePlan {
  const { runId } = order;
  if (order.way === 'in-place') {
    const { old, root: source } = order;
    const oldRoot = { volumeId: old.rootVolumeId ?? '', name: 'root' };
    const { instanceId } = old;
    return { replaceRoot: { runId, instanceId, source, clientToken: runId, oldRoot } };
  }
  const { backup, old, address } = order;
  const launch = launchRequest(order.launch, { runId, clientToken: runId, imageId: backup.imageId });
  const stops = order.way === 'replace' && old?.state === 'running';
  return {
    launch,
    ...(stops ? { stop: old.instanceId } : {}),
    ...(address?.instanceId === undefined
      ? {}
      : { move: { allocationId: address.allocationId, instanceId: address.instanceId } }),
  };
}
