import type { Person } from '../../core/model/person.ts';
import type { CallOptions } from '../../core/ports/ec2-call.ts';
import { explain, type Problem, ProblemError } from '../../core/problems/problem.ts';

import { nextInRun, type QuestionOption } from '../../core/run/question.ts';
import { type RunKind, type RunStage, type RunView, withStage } from '../../core/run/run-view.ts';
import { pauseBeforeLook } from '../../core/time/poll-interval.ts';
import { changeRun, putNote, type RunNote, updateRun } from '../../runs/run-message.ts';
import { ask } from './ask.ts';
import type { RunContext } from './context.ts';
import { AbortedError, CanceledError } from './interruptions.ts';
import { FOR_EVER, runStage, type Show, type StageResult, type SteppedRun, type Steps } from './stage.ts';
import { troubleHint } from './trouble.ts';

/** EC2 may be away for minutes; then it is a problem. */
const PATIENCE_MS = 5 * 60_000;

/** What a run is, for its messages, its audit and whom it calls. */
export interface RunFacts {
  runId: string;
  kind: RunKind;
  target: string;
  region: string;
  channel: string;
  /** As the audit names what it does. */
  verb: string;
  /** User and user-group ids that its questions and its end call. */
  calls: readonly string[];
}

/** How a run behaves where nobody says otherwise. */
export interface RunHabits {
  /** Its stages: their titles, and what leaving one out means. */
  stages: readonly RunStage[];
  /** The button that ends it at this point, with what that means. Missing: it asks nobody. */
  abort?: () => QuestionOption;
  /** A wish to stop is asked about, for something would be left; else it ends the run. */
  asksOnCancel?: boolean;
  /** Whether a wish to stop is heeded in this stage; in all of them where missing. */
  heedsCancel?: (key: string) => boolean;
  /**
   * Stages that change something before they are over. One of these that an earlier process began is gone on with all the
   * same: a wish to stop that ended it unseen would have the run say that nothing was done.
   */
  goesOnWith?: (key: string) => boolean;
  /** Whether nothing of the machine that the target runs on is changed at this point: backups go on beside a question. */
  isAside?: () => boolean;
}

export interface Limits {
  /** Between two looks; else the longer it takes, the seldomer. */
  everyMs?: number;
  limitMs: number;
  /** When what is waited for was asked for, on the run's clock; before that the time begins with the first look. */
  askedAt?: () => number | undefined;
  /** What it is when the time is over. */
  late: (afterMs: number) => Problem;
}

/** What a stage works with. */
export interface Tools {
  /** Aborts when the process stops: for what has to be brought to its end. */
  signal: AbortSignal;
  /** Aborts on a wish to stop as well: for what may be left in the middle. */
  wanted: AbortSignal;
  show: Show;
  /** Shows under the stage's title how far it is; a word on the way is worth no failure. */
  tell(detail: string): Promise<void>;
  /** Options for calls of EC2, whose trouble is shown when it lasts. `signal`: else what has to be brought to its end. */
  ec2Options(patienceMs?: number, signal?: AbortSignal): CallOptions;
  /** Rejects where somebody wishes to stop, and this stage heeds it. */
  throwIfCanceled(): Promise<void>;
  /** Looks again and again until there is something; the problem is `late` once the time is over, where it has a limit. */
  until<T>(look: () => Promise<T | undefined>, limits?: Limits): Promise<T>;
}

export type Work<T> = (tools: Tools) => Promise<StageResult<T>>;

/**
 * A run's way from stage to stage, whatever it does. Its methods are called outside of steps, so what calls them only
 * passes on what they returned: a process that goes on gets the same from them again.
 */
export interface Run<C extends RunContext = RunContext> extends RunFacts, SteppedRun {
  context: C;
  steps: Steps;
  /** Keys of the stages that were done, and of those that people left out, in their order. */
  readonly done: Set<string>;
  readonly left: Set<string>;
  isAside(): boolean;
  /** Runs a stage once. */
  attempt<T>(key: string, work: Work<T>): Promise<StageResult<T>>;
  /**
   * Runs a stage until it is done. What fails is asked about. Where its table says so, people may leave it out: then
   * `instead` is its value. Throws `AbortedError` where they end the run.
   */
  stage<T>(key: string, work: Work<T>, instead?: T): Promise<T>;
  /**
   * Asks how to go on after a problem, with these buttons and Abort, which throws `AbortedError`. The stage then looks as
   * if it had not run. `before` is what to say first.
   */
  decide(key: string, problem: Problem, more: QuestionOption[], before?: string): Promise<string>;
  /**
   * A stage that undoes: shown from now on, tried again as often as people want, and never aborted. Gives the problem with
   * which people left it; undefined where it was done.
   */
  undo(stage: RunStage, work: Work<string>): Promise<Problem | undefined>;
  /** Makes stages that will run again look as if they had not run. */
  forget(...keys: string[]): Promise<void>;
  /** Asks anything else, with these buttons. */
  ask(key: string, text: string, options: QuestionOption[]): Promise<string>;
}

export function createRun<C extends RunContext>(
  context: C,
  steps: Steps,
  facts: RunFacts,
  habits: RunHabits,
): Run<C> {
  const tries = new Map<string, number>();
  const known: RunStage[] = [...habits.stages];
  const stageOf = (key: string) => known.find((stage) => stage.key === key);
  const heedsCancel = habits.heedsCancel ?? (() => true);

  function attempt<T>(key: string, work: Work<T>, heeds = heedsCancel(key)): Promise<StageResult<T>> {
    return runStage(run, key, async (show, wasBegun) => {
      const tools = toolsFor(run, key, show, heeds);
      if (!wasBegun || habits.goesOnWith?.(key) !== true) await tools.throwIfCanceled();
      return work(tools);
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
    const text = before + questionText(facts, problem, stageOf(key)?.title ?? key);
    return ask(run, {
      key: `${key}/${n}`,
      text,
      options,
      tone: problem.code === 'canceled' ? 'info' : 'bad',
    });
  }

  const run: Run<C> = {
    ...facts,
    context,
    steps,
    done: new Set(),
    left: new Set(),
    isAside: habits.isAside ?? (() => false),
    attempt: (key, work) => attempt(key, work),
    async decide(key, problem, more, before) {
      const { abort } = habits;
      if (abort === undefined || (problem.code === 'canceled' && habits.asksOnCancel !== true))
        throw new AbortedError(problem);
      const answer = await asked(key, problem, [...more, abort()], before);
      if (answer === 'abort') throw new AbortedError(problem);
      await asIfNotRun(run, [key], answer === 'skip' ? 'skipped' : 'pending');
      return answer;
    },
    async stage(key, work, instead) {
      const skip = instead === undefined ? undefined : stageOf(key);
      for (;;) {
        const result = await attempt(key, work);
        if (result.ok) {
          run.done.add(key);
          return result.value;
        }
        const { problem } = result;
        const options = [retryOption(problem)];
        if (skip !== undefined && problem.code !== 'canceled') options.push(...skipOption(skip));
        const answer = await run.decide(key, problem, options);
        if (answer === 'skip' && instead !== undefined) {
          run.left.add(key);
          return instead;
        }
      }
    },
    async undo(stage, work) {
      known.push(stage);
      await addStage(run, stage);
      for (;;) {
        // Whoever asked to stop gets what stopping means, and an undoing is not stopped half-way.
        const result = await attempt(stage.key, work, false);
        if (result.ok) return undefined;
        const answer = await asked(stage.key, result.problem, [RETRY, LEAVE]);
        if (answer === 'leave') {
          run.left.add(stage.key);
          return result.problem;
        }
        await asIfNotRun(run, [stage.key], 'pending');
      }
    },
    async forget(...keys) {
      for (const key of keys) run.done.delete(key);
      await asIfNotRun(run, keys, 'pending');
    },
    ask: (key, text, options) => ask(run, { key, text, options, tone: 'info' }),
  };
  return run;
}

/** Of a run that a person asked for; the audit knows it by its kind. */
export function factsOf(
  kind: RunKind,
  input: Omit<RunFacts, 'kind' | 'verb' | 'calls'> & { requester: Person },
): RunFacts {
  const { runId, target, region, channel, requester } = input;
  return { runId, kind, target, region, channel, verb: kind, calls: [requester.userId] };
}

/** A note in the run's thread, at once. */
export async function note({ context, ...run }: SteppedRun, said: RunNote): Promise<void> {
  await putNote(context.store, context.clock.now(), run, said);
  context.notifier.wake();
}

/** Before a run that was aside changes something, it waits for a backup that began beside it. */
export async function untilAlone({ context: { store }, target }: SteppedRun, tools: Tools): Promise<void> {
  await tools.until(async () => {
    const by = await store.locks.besideOf(target);
    if (by !== undefined) await tools.tell(`the backup ${by.runId} began meanwhile, and ends first`);
    return by === undefined ? true : undefined;
  });
}

/** From the lock on: how long people took to decide is not how long it took. */
export async function begunAt(
  { context: { store }, runId }: SteppedRun,
  requestedAt: number,
): Promise<number> {
  return (await store.locks.ofRun(runId))?.since ?? requestedAt;
}

/** Before stages are taken up again, they look as if they had never run: an earlier end of them, or a wish to stop, counts no more. */
async function asIfNotRun(
  { context, steps, runId }: SteppedRun,
  keys: readonly string[],
  state: 'pending' | 'skipped',
): Promise<void> {
  await steps.run({ name: `again/${keys.join('+')}`, retryPolicy: FOR_EVER }, async () => {
    await context.store.transaction(async (store) => {
      await store.locks.forgetCancel(runId);
      await changeRun(store, context.clock.now(), runId, ({ cancelRequestedBy: _by, ...view }) => ({
        ...view,
        stages: view.stages.map((stage) =>
          keys.includes(stage.key) ? { key: stage.key, title: stage.title, state } : stage,
        ),
      }));
    });
    context.notifier.wake();
    return null;
  });
}

async function addStage({ context, steps, runId }: SteppedRun, { key, title }: RunStage): Promise<void> {
  await steps.run({ name: `shown/${key}`, retryPolicy: FOR_EVER }, async () => {
    await updateRun(context, runId, (view) => ({
      ...view,
      stages: [...view.stages.filter((stage) => stage.key !== key), { key, title, state: 'pending' }],
    }));
    return null;
  });
}

/** `heedsCancel`: whether a wish to stop ends the stage. */
export function toolsFor(
  { context, runId }: SteppedRun,
  key: string,
  show: Show,
  heedsCancel: boolean,
): Tools {
  const { clock, store, stopping } = context;
  const quietly = (change: (view: RunView) => RunView) => show(change).catch(() => {});
  const tools: Tools = {
    signal: stopping,
    wanted: heedsCancel ? AbortSignal.any([stopping, context.cancelSignal(runId)]) : stopping,
    show,
    tell: (detail) => quietly((view) => withStage(view, key, { detail })),
    ec2Options: (patienceMs = PATIENCE_MS, signal = stopping) => ({
      signal,
      patienceMs,
      onTrouble(trouble) {
        const hint = troubleHint(trouble);
        if (hint !== undefined) void quietly((view) => ({ ...view, hint }));
      },
    }),
    async throwIfCanceled() {
      const cancel = heedsCancel ? (await store.locks.ofRun(runId))?.cancel : undefined;
      if (cancel !== undefined) throw new CanceledError(cancel.by.userId);
    },
    async until(look, limits) {
      const since = clock.now();
      for (;;) {
        const found = await look();
        if (found !== undefined) return found;
        const afterMs = clock.now() - (limits?.askedAt?.() ?? since);
        if (limits !== undefined && afterMs >= limits.limitMs) throw new ProblemError(limits.late(afterMs));
        const looking = new AbortController();
        const signal = AbortSignal.any([stopping, looking.signal]);
        await Promise.race([
          clock.sleep(limits?.everyMs ?? pauseBeforeLook(afterMs), signal),
          context.nudged(runId, signal),
        ]);
        looking.abort();
        stopping.throwIfAborted();
        await tools.throwIfCanceled();
      }
    },
  };
  return tools;
}

function questionText({ kind }: RunFacts, problem: Problem, title: string): string {
  if (problem.code === 'canceled') {
    return `Somebody asked to stop. The ${kind} waits before “${title}”. What was done so far is in its steps.`;
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

function skipOption({ skip, skipLabel, skipNeedsSecond }: RunStage): QuestionOption[] {
  if (skip === undefined) return [];
  const title = skipLabel === undefined ? 'Go on without this step?' : `${skipLabel}?`;
  return [
    {
      answer: 'skip',
      label: skipLabel ?? 'Leave this step out',
      confirm: { title, text: skip },
      ...(skipNeedsSecond === undefined ? {} : { needsSecond: skipNeedsSecond }),
    },
  ];
}
