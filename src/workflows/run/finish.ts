import type { Log } from '../../core/ports/log.ts';
import { explain } from '../../core/problems/problem.ts';
import { runMessageId } from '../../core/run/run-id.ts';
import { type RunEnd, type RunView, skipPending } from '../../core/run/run-view.ts';
import type { Store } from '../../core/store/store.ts';
import { changeRun, putNote, type RunNote, unwithhold, updateRun } from '../../runs/run-message.ts';
import type { Run } from './run.ts';
import { FOR_EVER, runFinalStep } from './stage.ts';

/** How a run has ended, as its message keeps it: `result` is a backup's. */
type Ended = Required<Pick<RunView, 'end'>> | Required<Pick<RunView, 'result'>>;

/** The last word on a run. */
export interface LastWord {
  ended: Ended;
  /** Keys of stages that run after it, in `followUp`. */
  follows?: readonly string[];
  /** Tells of it in the thread, for an edited message notifies nobody; missing: the message is all that is said. */
  note?: Omit<RunNote, 'key'> | undefined;
}

/**
 * Writes the last word: message, note, audit row and the end of the lock, on an open transaction, so that a run is
 * either still going on or truly told. What has a note is told, although it was to be told only if it failed.
 */
export async function putLastWord(
  store: Store,
  at: number,
  run: { runId: string; target: string; channel: string; verb: string },
  { ended, follows = [], note }: LastWord,
): Promise<void> {
  const { runId, target, verb } = run;
  const change = (view: RunView) => {
    const {
      hint: _hint,
      question: _question,
      percent: _percent,
      ...last
    } = skipPending(follows.length === 0 ? view : { ...view, follows: [...follows] });
    return { ...last, ...ended };
  };
  await changeRun(store, at, runId, change, true);
  if (note !== undefined) {
    await unwithhold(store, runId);
    await putNote(store, at, run, { key: 'end', ...note });
  }
  const detail = 'end' in ended ? { ...ended.end } : { ...ended.result };
  await store.audit.append({ at, kind: 'result', verb, target, runId, detail });
  await store.locks.release(runId);
}

/** The one line of a run in the log that says how it ended, once that is told. */
export function logOutcome(
  log: Log,
  { runId, target, kind }: { runId: string; target: string; kind: string },
  ended: Ended,
): void {
  const { outcome, problem, startedAt, finishedAt } = 'end' in ended ? ended.end : ended.result;
  const code = problem?.code;
  log.info(
    {
      run: runId,
      target,
      kind,
      outcome: code === 'canceled' ? code : outcome,
      ms: finishedAt - startedAt,
      ...(code === undefined ? {} : { problem: code }),
    },
    'run ended',
  );
}

/** The last step of a run, in one transaction. `say` may write more into it; a run is ended once. */
export async function finish<E extends { outcome: string }>(
  run: Run,
  /** The end that a process has told which was killed before the engine's own record of it. */
  toldIn: (view: RunView) => E | undefined,
  say: (store: Store, at: number) => Promise<LastWord & { outcome: E['outcome'] }>,
): Promise<{ outcome: E['outcome'] }> {
  let ended: Ended | undefined;
  const value = await runFinalStep(run, async (store) => {
    const message = await store.messages.get(runMessageId(run.runId));
    const told = message?.view.kind === 'run' ? toldIn(message.view.run) : undefined;
    if (told !== undefined) return { outcome: told.outcome };
    const at = run.context.clock.now();
    const last = await say(store, at);
    await putLastWord(store, at, run, last);
    ended = last.ended;
    return { outcome: last.outcome };
  });
  if (ended !== undefined) logOutcome(run.context.log, run, ended);
  return value;
}

/** After the last word and without the lock: stages that hold nobody up. At their end the message changes no more. */
export async function followUp(run: Run, work: () => Promise<void>): Promise<void> {
  await work();
  const { context, runId } = run;
  await run.steps.run({ name: 'followed', retryPolicy: FOR_EVER }, async () => {
    context.observe({ runId, step: 'followed', phase: 'started' });
    await updateRun(context, runId, ({ follows: _follows, hint: _hint, ...view }) => skipPending(view));
    context.observe({ runId, step: 'followed', phase: 'done' });
    return null;
  });
}

const TONE = { done: 'good', partly: 'warning', failed: 'bad', canceled: 'info' } as const;

/** Ends a run that is no backup. */
export function finishRun(
  run: Run,
  unfinished: Omit<RunEnd, 'finishedAt'>,
  also: (store: Store, end: RunEnd) => Promise<void> = async () => undefined,
): Promise<{ outcome: RunEnd['outcome'] }> {
  return finish<RunEnd>(
    run,
    (view) => view.end,
    async (store, finishedAt) => {
      const end: RunEnd = { ...unfinished, finishedAt };
      const { outcome, headline, problem } = end;
      const tone = TONE[outcome];
      const why = problem === undefined ? '' : ` ${explain(problem).reason}`;
      await also(store, end);
      run.context.metrics.taskEnded(run.kind, run.target, outcome, end.finishedAt - end.startedAt);
      const broadcast = tone === 'bad' || tone === 'warning';
      const note = { tone, broadcast, mentions: run.calls, text: `${headline}.${why}` };
      return { outcome, ended: { end }, note };
    },
  );
}
