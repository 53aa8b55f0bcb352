import { isNativeError } from 'node:util/types';
import { type Problem, ProblemError } from '../../core/problems/problem.ts';
import { runMessageId } from '../../core/run/run-id.ts';
import { type RunView, type Stage, withStage } from '../../core/run/run-view.ts';
import { TakenOverError } from '../../core/store/fence.ts';
import type { Store } from '../../core/store/store.ts';
import { type Redact, redactData } from '../../core/text/redact.ts';
import { changeRun, putNote, updateRun } from '../../runs/run-message.ts';
import type { RunContext } from './context.ts';
import { CanceledError, StoppingError } from './interruptions.ts';

/** What a stage leaves behind: stored by the engine, so plain data. */
export type StageResult<T> =
  | {
      ok: true;
      value: T;
      detail?: string;
      /** For the stage's own row of the audit, so that a kill cannot part the two. */
      audit?: Record<string, unknown>;
    }
  | { ok: false; problem: Problem };

/** Changes the run's message; for progress and hints. */
export type Show = (change: (view: RunView) => RunView) => Promise<void>;

/** The part of OpenWorkflow's step API that runs use. */
export interface Steps {
  run<T>(config: { name: string; retryPolicy: typeof FOR_EVER }, fn: () => Promise<T>): Promise<T>;
}

/** A run as its steps need it. */
export interface SteppedRun {
  context: RunContext;
  steps: Steps;
  runId: string;
  target: string;
  channel: string;
  /** As the audit names what it does. */
  verb: string;
}

/**
 * A stage retries what may heal by itself and gives a problem for all else, so what reaches the engine is a stopping
 * process or a database that cannot be written: both go on, however often it takes.
 */
export const FOR_EVER = {
  initialInterval: '1s',
  backoffCoefficient: 2,
  maximumInterval: '30s',
  maximumAttempts: 0,
} as const;

/**
 * Runs one stage of a run as one durable step, with its progress, its audit row and its share of metrics. `work` is told
 * whether it was begun before, and may have been left in the middle.
 */
export async function runStage<T>(
  run: SteppedRun,
  key: string,
  work: (show: Show, wasBegun: boolean) => Promise<StageResult<T>>,
): Promise<StageResult<T>> {
  const { context, steps, runId, target } = run;
  return steps.run({ name: key, retryPolicy: FOR_EVER }, async () => {
    const { clock } = context;
    const log = context.log.child({ run: runId, target, step: key });
    const startedAt = clock.now();
    context.observe({ runId, step: key, phase: 'started' });
    return reported(run, key, async () => {
      const before = await begin(run, key);
      const show: Show = (change) => updateRun(context, runId, change);
      const outcome = await asResult(key, () => work(show, before === 'running'), log);
      const result = redactData(outcome, context.redact);
      const now = ended(result, clock.now());
      // A process that was killed between this and the engine's own record has told of it already.
      if (now.state !== before) await record(run, key, result, now);
      const ms = clock.now() - startedAt;
      log.info({ ms, ok: result.ok, ...(result.ok ? {} : { problem: result.problem }) }, 'step ended');
      context.metrics.stepEnded(key, result.ok ? 'ok' : 'failed', ms);
      context.observe({ runId, step: key, phase: 'done', ms });
      return result;
    });
  });
}

async function record<T>(
  { context: { store, clock, notifier }, runId, target, verb }: SteppedRun,
  key: string,
  result: StageResult<T>,
  stage: Partial<Stage>,
): Promise<void> {
  await store.transaction(async (tx) => {
    const at = clock.now();
    await changeRun(tx, at, runId, ({ hint: _hint, percent: _percent, ...view }) =>
      withStage(view, key, stage),
    );
    const detail = result.ok
      ? { ...result.audit, stage: key, result: result.detail ?? 'done' }
      : { stage: key, problem: result.problem };
    await tx.audit.append({ at, kind: 'stage', verb, target, runId, detail });
  });
  notifier.wake();
}

function ended<T>(result: StageResult<T>, at: number): Partial<Stage> {
  if (!result.ok) return { state: 'failed', endedAt: at };
  return { state: 'done', endedAt: at, ...(result.detail === undefined ? {} : { detail: result.detail }) };
}

/** The step that ends a run; all it writes is one transaction. */
export async function runFinalStep<T>(run: SteppedRun, write: (store: Store) => Promise<T>): Promise<T> {
  const { context, steps, runId } = run;
  return steps.run({ name: 'finish', retryPolicy: FOR_EVER }, async () => {
    context.observe({ runId, step: 'finish', phase: 'started' });
    return reported(run, 'finish', async () => {
      const value = await context.store.transaction(write);
      context.notifier.wake();
      context.observe({ runId, step: 'finish', phase: 'done' });
      return value;
    });
  });
}

/** Says in the channel when the store cannot be written, for nothing else can; the engine then tries again. */
async function reported<T>(
  { context, runId, target, channel }: SteppedRun,
  step: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'store-unavailable') {
      context.notifier.emergency(
        channel,
        'store-unavailable',
        `The bot’s own database cannot be used: ${error.problem.reason}. Run ${runId} of ${target} cannot ` +
          'record its progress and waits. What it made in EC2 stays; it goes on by itself once the database works.',
      );
    }
    context.log
      .child({ run: runId, target, step })
      .warn({ err: error }, 'step stopped; it is taken up again');
    context.observe({ runId, step, phase: 'stopped' });
    throw withoutSecrets(error, context.redact);
  }
}

/** The engine keeps message and stack of what a step throws. */
function withoutSecrets(error: unknown, redact: Redact): unknown {
  if (!isNativeError(error)) return redact(String(error));
  error.message = redact(error.message);
  if (error.stack !== undefined) error.stack = redact(error.stack);
  return error;
}

/** Shows that the stage runs, and that it does so again where that is so. Gives the state that an earlier try left. */
async function begin(run: SteppedRun, key: string): Promise<Stage['state'] | undefined> {
  const { context, runId } = run;
  const { clock, store } = context;
  const message = await store.messages.get(runMessageId(runId));
  const stage = message?.view.kind === 'run' ? message.view.run.stages.find((s) => s.key === key) : undefined;
  if (stage?.state === 'running') {
    const here = (stage.startedAt ?? 0) >= context.startedAt;
    const what = here ? 'could not record its progress for a while' : 'was started again';
    await putNote(store, clock.now(), run, {
      key: `${here ? 'waited' : 'resumed'}/${key}`,
      tone: 'info',
      text:
        // Of several processes each may have begun it.
        `The bot ${context.isShared ? 'was interrupted' : what} and goes on with “${stage.title}”. Nothing was done twice.`,
    });
  }
  if (stage?.state === 'done' || stage?.state === 'failed') return stage.state;
  await updateRun(context, runId, (view) =>
    withStage(view, key, { state: 'running', startedAt: stage?.startedAt ?? clock.now() }),
  );
  return stage?.state;
}

/** What is thrown becomes a problem, unless it means that this process stops or cannot record anything. */
async function asResult<T>(
  key: string,
  work: () => Promise<StageResult<T>>,
  log: RunContext['log'],
): Promise<StageResult<T>> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoppingError || error instanceof TakenOverError) throw error;
    if (error instanceof CanceledError) {
      return { ok: false, problem: { code: 'canceled', by: error.by, snapshotIds: [] } };
    }
    if (error instanceof ProblemError) {
      if (error.problem.code === 'store-unavailable') throw error;
      log.warn({ err: error }, 'step refused');
      return { ok: false, problem: error.problem };
    }
    log.error({ err: error }, 'step failed unexpectedly');
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { ok: false, problem: { code: 'unexpected', step: key, message } };
  }
}
