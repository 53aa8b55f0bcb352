import { explain, type Problem } from '../../core/problems/problem.ts';
import { nextInRun } from '../../core/restore/question.ts';
import type { QuestionOption } from '../../core/run/question.ts';
import { asIfNotRun } from '../restore/run.ts';
import { ask } from './ask.ts';
import type { WorkflowContext } from './context.ts';
import type { TaskRun } from './finish.ts';
import { CanceledError } from './interruptions.ts';
import { runStage, type StageResult, type StageTools, type Steps } from './stage.ts';

export interface RetriedStage<T> {
  key: string;
  title: string;
  work(tools: StageTools): Promise<StageResult<T>>;
  /** How the run is ended instead. */
  end: QuestionOption;
  /** Set: people may go on without it. */
  skip?: { option: QuestionOption; value: T };
}

const RETRY: QuestionOption = { answer: 'retry', label: 'Try again', style: 'primary' };

/**
 * Runs a stage as often as people want. Not ok: they chose to end the run, or it was canceled, which needs no question.
 * Its code runs outside of steps, so it only passes on what they returned.
 */
export async function untilDone<T>(
  context: WorkflowContext,
  steps: Steps,
  run: TaskRun,
  stage: RetriedStage<T>,
): Promise<StageResult<T>> {
  const { key, title, work, end, skip } = stage;
  for (let tried = 1; ; tried += 1) {
    const result = await runStage<T>(context, steps, run, key, async (tools) => {
      await throwIfCanceled(context, run.runId);
      return work(tools);
    });
    if (result.ok || result.problem.code === 'canceled') return result;
    const options = [RETRY, ...(skip === undefined ? [] : [skip.option]), end];
    const text = questionText(title, result.problem);
    const answer = await ask(context, steps, run, { key: `${key}/${tried}`, text, options });
    if (answer === end.answer) return result;
    const isSkipped = answer === skip?.option.answer;
    await asIfNotRun(context, steps, run.runId, [key], isSkipped ? 'skipped' : 'pending');
    if (isSkipped && skip !== undefined) return { ok: true, value: skip.value };
  }
}

export async function throwIfCanceled({ store }: WorkflowContext, runId: string): Promise<void> {
  const cancel = (await store.locks.ofRun(runId))?.cancel;
  if (cancel !== undefined) throw new CanceledError(cancel.by.userId);
}

function questionText(title: string, problem: Problem): string {
  return `“${title}” did not succeed. ${explain(problem).reason} ${nextInRun(problem)}`;
}
