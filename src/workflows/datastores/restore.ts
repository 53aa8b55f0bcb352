import { restoreEnd } from '../../core/datastores/restore-end.ts';
import {
  type DatastoreOrder,
  datastoreChanges,
  datastoreStages,
  lookKey,
  partKey,
  type RestoredPart,
  type RestoredStore,
} from '../../core/datastores/restore-order.ts';
import type { ResticAccess } from '../../core/model/restic.ts';
import { targetNamed } from '../../core/model/target.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import type { RunEnd } from '../../core/run/run-view.ts';
import { againOf, DATASTORES } from '../../runs/datastores.ts';
import { approvedStage } from '../run/approval-stage.ts';
import type { ApprovalContext, MachineContext, RunContext } from '../run/context.ts';
import { finishRun } from '../run/finish.ts';
import { AbortedError } from '../run/interruptions.ts';
import { begunAt, createRun, factsOf, type Tools } from '../run/run.ts';
import type { Steps } from '../run/stage.ts';
import { type DatastoresContext, type HostRun, hostOf, onRestic, type StoreHost } from './host.ts';
import { seeNothingInTheWay } from './in-the-way.ts';
import { takeIn } from './take-in.ts';

type Context = RunContext & ApprovalContext & MachineContext & DatastoresContext;

/**
 * A restore of datastores: keys and Vault's files first, then the globals, then database after database, each all of it or
 * nothing, into a place that is empty.
 */
export async function restoreDatastores(
  context: Context,
  steps: Steps,
  order: DatastoreOrder,
): Promise<{ outcome: RunEnd['outcome'] }> {
  const run = createRun(context, steps, factsOf('datastores', order), {
    stages: datastoreStages(order),
    asksOnCancel: true,
    abort: () => ({
      answer: 'abort',
      label: 'Abort',
      style: 'danger',
      confirm: {
        title: 'Abort the restore?',
        text: 'What was restored stays, and nothing of it is removed. The last word says what is restored and what is not.',
      },
    }),
  });
  const startedAt = await begunAt(run, order.requestedAt);
  const approved = await approvedStage(
    run,
    { workflow: DATASTORES, input: order },
    { again: againOf(order), changes: async (target) => datastoreChanges(order, target) },
  );
  if (!approved.ok) return finishRun(run, { ...restoreEnd(order, [], approved.problem), startedAt });
  try {
    for (const store of order.stores) await restoreStore(run, order, store);
    return finishRun(run, { ...restoreEnd(order, [...run.done]), startedAt });
  } catch (error) {
    if (!(error instanceof AbortedError)) throw error;
    return finishRun(run, { ...restoreEnd(order, [...run.done], error.problem, true), startedAt });
  }
}

async function restoreStore(run: HostRun, order: DatastoreOrder, planned: RestoredStore): Promise<void> {
  await run.stage<null>(lookKey(planned), async (tools) => {
    const here = hereOf(run, order, planned);
    const host = await hostOf(run, tools, here.store, order.instance);
    await seeNothingInTheWay(run, tools, { ...here, host, planned });
    const detail = `${host.login}: nothing is there that would be lost`;
    return { ok: true, value: null, detail };
  });
  for (const [index, part] of planned.parts.entries())
    await run.stage<null>(partKey(planned, index), async (tools) => {
      const here = hereOf(run, order, planned);
      const host = await hostOf(run, tools, here.store, order.instance);
      await seeSnapshot(run, tools, { ...here, host, part });
      const detail = await takeIn(run, tools, { ...here, host, planned, part, index });
      return { ok: true, value: null, detail };
    });
}

/** The store and the repository as they are configured now; that they are the plan's was compared. */
function hereOf({ context, target }: HostRun, order: DatastoreOrder, { name }: RestoredStore) {
  const configured = targetNamed(context.targets, target);
  const store = configured?.datastores?.stores.find((one) => one.name === name);
  const access = configured?.restic;
  if (configured === undefined || store === undefined || store.kind === 'rds' || access === undefined)
    throw new ProblemError({
      code: 'plan-changed',
      changes: [`${name} is not in DATASTORES any more as the plan has it`],
      again: againOf(order),
    });
  const changes = datastoreChanges(order, configured);
  if (changes.length > 0) throw new ProblemError({ code: 'plan-changed', changes, again: againOf(order) });
  return { store, access };
}

/** What was approved is this very snapshot. */
async function seeSnapshot(
  run: HostRun,
  tools: Tools,
  { host, access, part }: { host: StoreHost; access: ResticAccess; part: RestoredPart },
): Promise<void> {
  const { what, snapshotId } = part;
  await onRestic(run, tools, host, access, async (restic) => {
    await restic.version();
    try {
      await restic.sizeOf(snapshotId);
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.code !== 'repository-refused') throw error;
      throw new ProblemError({ code: 'datastore-part-gone', what, snapshotId }, { cause: error });
    }
  });
}
