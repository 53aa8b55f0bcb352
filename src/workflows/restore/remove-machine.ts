import type { Checklist } from '../../core/restore/checklist.ts';
import { REMOVAL_STAGES } from '../../core/restore/stages.ts';
import type { RunEnd } from '../../core/run/run-view.ts';
import type { Store } from '../../core/store/store.ts';
import { checklistMessage } from '../../runs/checklist-message.ts';
import type { RemovalInput } from '../../runs/removal.ts';
import type { Ec2Context, RunContext, TargetsContext } from '../run/context.ts';
import { finishRun } from '../run/finish.ts';
import { createRun, factsOf } from '../run/run.ts';
import type { Steps } from '../run/stage.ts';
import { removeLaunched } from './remove-launched.ts';

/** Terminates the machine that a restore is proven to have launched and deletes its volumes. */
export async function removal(
  context: RunContext & Ec2Context & TargetsContext,
  steps: Steps,
  input: RemovalInput,
): Promise<{ outcome: RunEnd['outcome'] }> {
  const { target, requestedAt, ofRun } = input;
  const run = createRun(context, steps, factsOf('removal', input), { stages: REMOVAL_STAGES });
  const isGone = await removeLaunched(run, REMOVAL_STAGES[0], ofRun);
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
  return finishRun(run, end, (store) => closeChecklist(context, store, ofRun, isGone));
}

/** The button has done its work. */
async function closeChecklist(
  { clock }: RunContext,
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
