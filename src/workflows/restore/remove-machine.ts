import type { Checklist } from '../../core/restore/checklist.ts';
import type { RestoreOrder } from '../../core/restore/order.ts';
import { REMOVAL_STAGES } from '../../core/restore/stages.ts';
import type { RunEnd } from '../../core/run/run-view.ts';
import type { Store } from '../../core/store/store.ts';
import { checklistMessage } from '../../runs/checklist-message.ts';
import type { RemovalInput } from '../../runs/removal.ts';
import type { WorkflowContext } from '../run/context.ts';
import { finishTask, type TaskRun } from '../run/finish.ts';
import type { Steps } from '../run/stage.ts';
import { removeOwn } from './remove-launched.ts';
import { createRestoreRun } from './run.ts';

/** Terminates the machine that a restore launched and deletes its volumes; nothing else carries that restore's tag. */
export async function removal(
  context: WorkflowContext,
  steps: Steps,
  input: RemovalInput,
): Promise<{ outcome: RunEnd['outcome'] }> {
  const { runId, target, channel, requester, requestedAt, ofRun } = input;
  const task: TaskRun = { runId, kind: 'removal', target, channel, verb: 'removal', requester };
  const run = createRestoreRun(context, steps, task, asOrder(input), REMOVAL_STAGES);
  const isGone = await removeOwn(run, REMOVAL_STAGES[0], ofRun);
  const end: Omit<RunEnd, 'finishedAt'> = {
    outcome: isGone ? 'done' : 'failed',
    headline: isGone
      ? `What ${ofRun} launched for ${target} is removed`
      : `What ${ofRun} launched for ${target} is NOT all removed`,
    facts: [['Restore', ofRun]],
    lines: [],
    warnings: isGone ? [] : ['What is left costs money until somebody removes it in the EC2 console.'],
    startedAt: requestedAt,
  };
  return finishTask(context, steps, task, end, (store) => closeChecklist(context, store, ofRun, isGone));
}

/** The button has done its work. */
async function closeChecklist(
  { clock }: WorkflowContext,
  store: Store,
  ofRun: string,
  isGone: boolean,
): Promise<void> {
  const kept = await store.checklists.get(ofRun);
  if (kept === undefined || !isGone) return;
  const { target, actions } = kept.value;
  const list: Checklist = {
    ...kept.value,
    title: `${target}: the machine that this restore launched is removed`,
    actions: actions.filter((action) => action !== 'remove-test'),
  };
  if (await store.checklists.replace(ofRun, kept.version, list, false))
    await store.messages.put(checklistMessage(list), clock.now());
}

/** Steps of a restore ask for little of their order. */
function asOrder({ runId, target, region, channel, requester, requestedAt }: RemovalInput): RestoreOrder {
  return {
    runId,
    target,
    region,
    channel,
    requester,
    requestedAt,
    way: 'test',
    ssh: false,
    removeNomad: false,
    listBuilds: false,
    startApp: false,
    cutOver: 'none',
    selector: { by: 'id', id: '' },
  };
}
