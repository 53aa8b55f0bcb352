import type { Problem } from '../../core/problems/problem.ts';
import type { Checklist } from '../../core/restore/checklist.ts';
import { liftedInWords } from '../../core/restore/end.ts';
import { removalStages } from '../../core/restore/stages.ts';
import type { RunEnd } from '../../core/run/run-view.ts';
import type { Store } from '../../core/store/store.ts';
import { checklistMessage } from '../../runs/checklist-message.ts';
import { changesOfRemoval, REMOVAL, type RemovalInput } from '../../runs/removal.ts';
import { approvedStage } from '../run/approval-stage.ts';
import type { ApprovalContext, Ec2Context, RunContext } from '../run/context.ts';
import { finishRun } from '../run/finish.ts';
import { createRun, factsOf, type Run, type Tools } from '../run/run.ts';
import type { Steps } from '../run/stage.ts';
import { removeLaunched } from './remove-launched.ts';

/** Terminates the machine that a restore is proven to have launched and deletes its volumes. */
export async function removal(
  context: RunContext & ApprovalContext & Ec2Context,
  steps: Steps,
  input: RemovalInput,
): Promise<{ outcome: RunEnd['outcome'] }> {
  const { target, requestedAt, ofRun } = input;
  const run = createRun(context, steps, factsOf('removal', input), {
    stages: removalStages(input),
    // It is no machine of the target's.
    isAside: () => true,
  });
  const refused = await compared(run, input);
  if (refused !== undefined) {
    return finishRun(run, {
      outcome: refused.code === 'canceled' ? 'canceled' : 'failed',
      headline: `The removal of what ${ofRun} launched did not begin`,
      problem: refused,
      facts: [['Restore', ofRun]],
      lines: [],
      warnings: [],
      startedAt: requestedAt,
    });
  }
  const left = await removeLaunched(run, removalStages(input)[1], ofRun);
  const isGone = left === undefined;
  const end: Omit<RunEnd, 'finishedAt'> = {
    outcome: isGone ? 'done' : 'failed',
    headline: isGone
      ? `What ${ofRun} launched for ${target} is removed`
      : `What ${ofRun} launched for ${target} is NOT all removed`,
    facts: [['Restore', ofRun]],
    lines: [],
    warnings: isGone
      ? []
      : ['What is left costs money until somebody removes it in the EC2 console.', ...liftedInWords(left)],
    startedAt: requestedAt,
  };
  return finishRun(run, end, (store) => closeChecklist(context, store, ofRun, isGone));
}

/** Why it must not begin; undefined where EC2 shows what was asked for. */
async function compared(
  run: Run<RunContext & ApprovalContext & Ec2Context>,
  input: RemovalInput,
): Promise<Problem | undefined> {
  const changes = (tools: Tools) =>
    changesOfRemoval(run.context.ec2(input.region), input, tools.ec2Options());
  const result = input.approved
    ? await approvedStage(run, { workflow: REMOVAL, input }, { changes: (_target, tools) => changes(tools) })
    : await run.attempt<null>('check', async (tools) => {
        const found = await changes(tools);
        return found.length === 0
          ? { ok: true, value: null, detail: 'as it was when it was asked for' }
          : { ok: false, problem: { code: 'plan-changed', changes: found } };
      });
  return result.ok ? undefined : result.problem;
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
