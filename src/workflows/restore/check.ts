import type { Problem } from '../../core/problems/problem.ts';
import { fenceChanges, planChanges } from '../../core/restore/changes.ts';
import type { ReplaceOrder } from '../../core/restore/order.ts';
import { readOwnBackups } from '../../runs/own-backups.ts';
import { untilAlone } from '../run/run.ts';
import type { RestoreRun } from './run.ts';

/**
 * Between the plan and its approval an hour may lie: what was planned with must still be so. Gives what ends the restore
 * before anything was done; trouble with EC2 is asked about.
 */
export async function checkPlan(run: RestoreRun): Promise<Problem | undefined> {
  const { order, context } = run;
  const ec2 = context.ec2(order.region);
  const changes = await run.stage<string[]>('check', async (tools) => {
    const options = tools.ec2Options();
    const { target: name, region, selector: instance } = order;
    const own =
      order.backup === undefined
        ? undefined
        : await readOwnBackups({ name, region, instance }, context, options);
    const old =
      order.old === undefined ? undefined : await ec2.machines.machine(order.old.instanceId, options);
    const address =
      order.address === undefined
        ? undefined
        : await ec2.machines.address(order.address.allocationId, options);
    const found = planChanges(order, {
      entries: own?.entries ?? [],
      found: await ec2.findInstances(order.selector, options),
      ...(old === undefined ? {} : { old }),
      ...(address === undefined ? {} : { address }),
    });
    const detail =
      found.length === 0 ? 'backup, machine and addresses are as in the plan' : 'not as in the plan';
    return { ok: true, value: found, detail };
  });
  return changes.length === 0
    ? undefined
    : { code: 'plan-changed', changes, again: `restore ${run.order.target}` };
}

/** What is about to be stopped has to be what the plan says, however long the restore has taken; people decide else. */
export function compareBeforeCutOver(run: RestoreRun, order: ReplaceOrder): Promise<null> {
  return run.stage('compare', async (tools) => {
    await untilAlone(run, tools);
    const ec2 = run.context.ec2(order.region);
    const options = tools.ec2Options();
    const old =
      order.old === undefined ? undefined : await ec2.machines.machine(order.old.instanceId, options);
    const found = await ec2.findInstances(order.selector, options);
    const changes = fenceChanges(order, { found, ...(old === undefined ? {} : { old }) });
    return changes.length === 0
      ? { ok: true, value: null, detail: 'as in the plan' }
      : { ok: false, problem: { code: 'plan-changed', changes, again: `restore ${order.target}` } };
  });
}
