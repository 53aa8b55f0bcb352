import type { CallOptions } from '../../core/ports/ec2-call.ts';
import { explain, type Problem, ProblemError } from '../../core/problems/problem.ts';
import type { RestoreOrder } from '../../core/restore/order.ts';
import { abortMeans, nextInRun } from '../../core/restore/question.ts';
import type { RestoreStage } from '../../core/restore/stages.ts';
import type { QuestionOption } from '../../core/run/question.ts';
import { withStage } from '../../core/run/run-view.ts';
import { pauseBeforeLook } from '../../core/time/poll-interval.ts';
import { updateRun } from '../../runs/run-message.ts';
import { ask } from '../run/ask.ts';
import type { WorkflowContext } from '../run/context.ts';
import type { TaskRun } from '../run/finish.ts';
import { CanceledError } from '../run/interruptions.ts';
import { FOR_EVER, runStage, type StageResult, type StageTools, type Steps } from '../run/stage.ts';
import { troubleHint } from '../run/trouble.ts';

/** EC2 may be away for minutes; then people are asked. */
const PATIENCE_MS = 5 * 60_000;

/** People chose to abort: control flow of the workflow alone, never thrown inside a step. */
export class AbortedError extends Error {
  /** What they were asked about; missing where nothing had failed. */
  readonly problem: Problem | undefined;
  constructor(problem?: Problem) {
    super('the restore was aborted');
    this.name = 'AbortedError';
    this.problem = problem;
  }
}

export interface RestoreTools extends StageTools {
  /** For EC2: brought to its end, or to the end of its patience. */
  ec2Options(patienceMs?: number): CallOptions;
  /** Shows under the stage's title how far it is. */
  tell(detail: string): Promise<void>;
  /**
   * Looks again and again until there is something, `late` once the time is over. A wish to stop ends it, which nothing
   * else does: calls that change something are brought to their end.
   */
  until<T>(
    look: () => Promise<T | undefined>,
    limits: { everyMs?: number; limitMs: number; late: (afterMs: number) => Problem },
  ): Promise<T>;
}

export type Work<T> = (tools: RestoreTools) => Promise<StageResult<T>>;

/** A restore's way from step to step. Its methods run outside of steps, so they only pass on what steps returned. */
export interface RestoreRun {
  context: WorkflowContext;
  steps: Steps;
  task: TaskRun;
  order: RestoreOrder;
  /** Keys of the steps that were done, and of those that people left out, in their order. */
  done: string[];
  left: string[];
  /** Machines that it is known to have launched, by id. */
  launched: string[];
  /** Runs a step until it is done. Where its table says so, people may leave it out: then `instead` is its value. */
  stage<T>(key: string, work: Work<T>, instead?: T): Promise<T>;
  /** Runs a step once. */
  attempt<T>(key: string, work: Work<T>): Promise<StageResult<T>>;
  /**
   * Asks how to go on after a problem, with these buttons and Abort, which throws `AbortedError`. The step then looks as
   * if it had not run. `before` is what to say first.
   */
  decide(key: string, problem: Problem, more: QuestionOption[], before?: string): Promise<string>;
  /** A step that undoes: shown from now on, tried again as often as people want, and never aborted. Whether it was done. */
  undo(stage: RestoreStage, work: Work<string>): Promise<boolean>;
  /** Makes steps that will run again look as if they had not run. */
  reset(...keys: string[]): Promise<void>;
  /** Asks anything else, with these buttons. */
  ask(key: string, text: string, options: QuestionOption[]): Promise<string>;
}

export function createRestoreRun(
  context: WorkflowContext,
  steps: Steps,
  task: TaskRun,
  order: RestoreOrder,
  stages: readonly RestoreStage[],
): RestoreRun {
  const tries = new Map<string, number>();
  const known: RestoreStage[] = [...stages];
  const stageOf = (key: string) => known.find((stage) => stage.key === key);

  function attempt<T>(key: string, work: Work<T>, heed = throwIfCanceled): Promise<StageResult<T>> {
    return runStage(context, steps, task, key, async (tools) => {
      const look = () => heed(context, order.runId);
      await look();
      return work(toolsFor(context, order.runId, key, tools, look));
    });
  }

  async function asked(
    key: string,
    problem: Problem,
    options: QuestionOption[],
    before = '',
  ): Promise<string> {
    const n = (tries.get(key) ?? 0) + 1;
    tries.set(key, n);
    const text = before + questionText(problem, stageOf(key)?.title ?? key);
    const tone = problem.code === 'canceled' ? 'info' : 'bad';
    return ask(context, steps, task, { key: `${key}/${n}`, text, options, tone });
  }

  const again = (keys: readonly string[], state: 'pending' | 'skipped') =>
    asIfNotRun(context, steps, order.runId, keys, state);

  async function decide(
    key: string,
    problem: Problem,
    more: QuestionOption[],
    before?: string,
  ): Promise<string> {
    const answer = await asked(key, problem, [...more, abortOption(run)], before);
    if (answer === 'abort') throw new AbortedError(problem);
    await again([key], answer === 'skip' ? 'skipped' : 'pending');
    return answer;
  }

  const run: RestoreRun = {
    context,
    steps,
    task,
    order,
    done: [],
    left: [],
    launched: [],
    attempt: (key, work) => attempt(key, work),
    decide,
    async undo(stage, work) {
      known.push(stage);
      await addStage(context, steps, order.runId, stage);
      for (;;) {
        // Whoever asked to stop gets what stopping means, and an undoing is not stopped half-way.
        const result = await attempt(stage.key, work, async () => undefined);
        if (result.ok) return true;
        const { problem } = result;
        const answer = await asked(stage.key, problem, [RETRY, LEAVE]);
        if (answer === 'leave') {
          run.left.push(stage.key);
          return false;
        }
        await again([stage.key], 'pending');
      }
    },
    reset: (...keys) => again(keys, 'pending'),
    async stage(key, work, instead) {
      const skip = instead === undefined ? undefined : stageOf(key)?.skip;
      for (;;) {
        const result = await attempt(key, work);
        if (result.ok) {
          run.done.push(key);
          return result.value;
        }
        const { problem } = result;
        const isCanceled = problem.code === 'canceled';
        const options = [retryOption(problem)];
        if (skip !== undefined && !isCanceled) options.push(skipOption(skip));
        const answer = await decide(key, problem, options);
        if (answer === 'skip' && instead !== undefined) {
          run.left.push(key);
          return instead;
        }
      }
    },
    ask: (key, text, options) => ask(context, steps, task, { key, text, options, tone: 'info' }),
  };
  return run;
}

/** Nobody's wish to stop is passed over, and none outlives the decision about it. */
async function throwIfCanceled(context: WorkflowContext, runId: string): Promise<void> {
  const cancel = (await context.store.locks.ofRun(runId))?.cancel;
  if (cancel !== undefined) throw new CanceledError(cancel.by.userId);
}

/** Before steps are taken up again, they look as if they had never run: an earlier end of them counts no more. */
export async function asIfNotRun(
  context: WorkflowContext,
  steps: Steps,
  runId: string,
  keys: readonly string[],
  state: 'pending' | 'skipped',
): Promise<void> {
  await steps.run({ name: `again/${keys.join('+')}`, retryPolicy: FOR_EVER }, async () => {
    await context.store.transaction(async (store) => {
      await store.locks.forgetCancel(runId);
      await updateRun({ ...context, store }, runId, ({ cancelRequestedBy: _by, ...view }) => ({
        ...view,
        stages: view.stages.map((stage) =>
          keys.includes(stage.key) ? { key: stage.key, title: stage.title, state } : stage,
        ),
      }));
    });
    return null;
  });
}

async function addStage(
  context: WorkflowContext,
  steps: Steps,
  runId: string,
  { key, title }: RestoreStage,
): Promise<void> {
  await steps.run({ name: `shown/${key}`, retryPolicy: FOR_EVER }, async () => {
    await updateRun(context, runId, (view) => ({
      ...view,
      stages: [...view.stages.filter((stage) => stage.key !== key), { key, title, state: 'pending' }],
    }));
    return null;
  });
}

function toolsFor(
  context: WorkflowContext,
  runId: string,
  key: string,
  tools: StageTools,
  heed: () => Promise<void>,
): RestoreTools {
  const { clock } = context;
  const hint = (text: string | undefined) => {
    if (text !== undefined) void tools.show((view) => ({ ...view, hint: text })).catch(() => {});
  };
  return {
    ...tools,
    ec2Options: (patienceMs = PATIENCE_MS) => ({
      signal: tools.signal,
      patienceMs,
      onTrouble: (trouble) => hint(troubleHint(trouble)),
    }),
    tell: (detail) => tools.show((view) => withStage(view, key, { detail })),
    async until(look, { everyMs, limitMs, late }) {
      const since = clock.now();
      for (;;) {
        const found = await look();
        if (found !== undefined) return found;
        const afterMs = clock.now() - since;
        if (afterMs >= limitMs) throw new ProblemError(late(afterMs));
        const looking = new AbortController();
        const signal = AbortSignal.any([tools.signal, looking.signal]);
        await Promise.race([
          clock.sleep(everyMs ?? pauseBeforeLook(afterMs), signal),
          context.nudged(runId, signal),
        ]);
        looking.abort();
        tools.signal.throwIfAborted();
        await heed();
      }
    },
  };
}

function questionText(problem: Problem, title: string): string {
  if (problem.code === 'canceled') {
    return `Somebody asked to stop. The restore waits before “${title}”. What was done so far is in its steps.`;
  }
  return `“${title}” did not succeed. ${explain(problem).reason} ${nextInRun(problem)}`;
}

const RETRY: QuestionOption = { answer: 'retry', label: 'Try again', style: 'primary' };

const LEAVE: QuestionOption = {
  answer: 'leave',
  label: 'Leave it as it is',
  confirm: {
    title: 'Leave it as it is?',
    text: 'The bot stops here and says at the end what is not put back. Somebody has to look at it in EC2.',
  },
};

/** What was stopped by people is gone on with; what failed is tried again. */
export function retryOption(problem: Problem): QuestionOption {
  return problem.code === 'canceled' ? { ...RETRY, label: 'Go on' } : RETRY;
}

function skipOption(means: string): QuestionOption {
  return {
    answer: 'skip',
    label: 'Leave this step out',
    confirm: { title: 'Go on without this step?', text: means },
  };
}

function abortOption({ order, done }: RestoreRun): QuestionOption {
  return {
    answer: 'abort',
    label: 'Abort',
    style: 'danger',
    confirm: { title: 'Abort the restore?', text: abortMeans(order, done) },
  };
}
