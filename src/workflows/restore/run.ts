import type { RestoreOrder } from '../../core/restore/order.ts';
import { restoreStages } from '../../core/restore/stages.ts';
import { abortMeans } from '../../core/restore/ways-out.ts';
import type { ApprovalContext, BuildsContext, MachineContext, RunContext } from '../run/context.ts';
import { createRun, factsOf, type Run } from '../run/run.ts';
import type { Steps } from '../run/stage.ts';

export type RestoreContext = RunContext & ApprovalContext & MachineContext & BuildsContext;

export interface RestoreRun extends Run<RestoreContext> {
  order: RestoreOrder;
  /** Machines that it is known to have launched, by id. */
  launched: Set<string>;
  /** Whether something of the old machine was changed and not put back. */
  isOldTouched: boolean;
}

/** A restore asks how to go on wherever a stage fails or somebody wishes to stop. */
export function createRestoreRun(context: RestoreContext, steps: Steps, order: RestoreOrder): RestoreRun {
  const known = { order, launched: new Set<string>(), isOldTouched: false };
  const base = createRun<RestoreContext>(context, steps, factsOf('restore', order), {
    stages: restoreStages(order),
    asksOnCancel: true,
    isAside: () => order.old?.state === 'running' && !run.isOldTouched,
    abort: () => ({
      answer: 'abort',
      label: 'Abort',
      style: 'danger',
      confirm: { title: 'Abort the restore?', text: abortMeans(order, run.done) },
    }),
  });
  const run: RestoreRun = Object.assign(base, known);
  return run;
}
