import type { Person } from '../../core/model/person.ts';
import { explain } from '../../core/problems/problem.ts';
import { runMessageId } from '../../core/run/run-id.ts';
import { type RunEnd, type RunKind, skipPending } from '../../core/run/run-view.ts';
import type { Store } from '../../core/store/store.ts';
import { putNote, updateRun } from '../../runs/run-message.ts';
import type { WorkflowContext } from './context.ts';
import { runFinalStep, type Steps } from './stage.ts';

/** A run that is no backup, as its last step needs it. */
export interface TaskRun {
  runId: string;
  kind: RunKind;
  target: string;
  channel: string;
  verb: string;
  requester: Person;
}

const TONE = { done: 'good', partly: 'warning', failed: 'bad', canceled: 'info' } as const;

/**
 * The last step of a run that is no backup: the final message, its notification, the audit row and the end of the lock
 * in one transaction with whatever `also` writes, so that a run is either still going on or truly told.
 */
export async function finishTask(
  context: WorkflowContext,
  steps: Steps,
  run: TaskRun,
  unfinished: Omit<RunEnd, 'finishedAt'>,
  also: (store: Store, end: RunEnd) => Promise<void> = async () => undefined,
): Promise<{ outcome: RunEnd['outcome'] }> {
  return runFinalStep(context, steps, run, async (store) => {
    const message = await store.messages.get(runMessageId(run.runId));
    const told = message?.view.kind === 'run' ? message.view.run.end : undefined;
    // A process that was killed between this and the engine's own record has told the end already.
    if (told !== undefined) return { outcome: told.outcome };
    const now = context.clock.now();
    const end: RunEnd = { ...unfinished, finishedAt: now };
    await updateRun(
      { ...context, store },
      run.runId,
      (view) => {
        const { hint: _hint, question: _question, percent: _percent, ...ended } = skipPending(view);
        return { ...ended, end };
      },
      true,
    );
    const tone = TONE[end.outcome];
    const why = end.problem === undefined ? '' : ` ${explain(end.problem).reason}`;
    await putNote(store, now, run, {
      key: 'end',
      tone,
      broadcast: tone === 'bad' || tone === 'warning',
      mentions: [run.requester.userId],
      text: `${end.headline}.${why}`,
    });
    await also(store, end);
    await store.audit.append({
      at: now,
      kind: 'result',
      verb: run.verb,
      target: run.target,
      runId: run.runId,
      detail: { ...end },
    });
    await store.locks.release(run.runId);
    context.metrics.taskEnded(run.kind, run.target, end.outcome, end.finishedAt - end.startedAt);
    return { outcome: end.outcome };
  });
}
