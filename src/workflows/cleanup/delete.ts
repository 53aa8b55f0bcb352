import type { Build } from '../../core/cleanup/builds.ts';
import { type BuildState, buildPath, stateInWords, summaryOf } from '../../core/cleanup/results.ts';
import { explain, type Problem, ProblemError } from '../../core/problems/problem.ts';
import { withStage } from '../../core/run/run-view.ts';
import type { CleanupInput } from '../../runs/cleanup.ts';
import type { RunContext } from '../run/context.ts';
import type { Reached } from '../run/machine.ts';
import type { Tools } from '../run/run.ts';
import type { StageResult } from '../run/stage.ts';
import type { CleanupConsole } from './console.ts';
import type { BuildMarks } from './marks.ts';

/** Consoles that are lost in one go at it, until people are asked. */
const MOST_LOST = 5;
/** How often one build's deletion is begun at the most: what a console is lost at twice is left to people. */
const MOST_BEGUN = 2;
const SHOW_EVERY_MS = 1_000;

const LOST: ReadonlySet<Problem['code']> = new Set([
  'console-silent',
  'console-ended',
  'console-out-of-step',
  'ssh-dropped',
]);

interface Deleting {
  context: RunContext;
  input: CleanupInput;
  reached: Reached;
  console: CleanupConsole;
  marks: BuildMarks;
  tools: Tools;
  /** Consoles that were lost so far. */
  lost: number;
}

/**
 * Deletes what has no result yet, one build after the other in one console. Each result is written down before the next
 * build is looked at; a wish to stop is heard between two of them.
 */
export async function deleteBuilds(deleting: Deleting): Promise<StageResult<null>> {
  const { context, input, marks, tools } = deleting;
  const all = input.builds.length;
  let shownAt = 0;
  for (const [place, build] of input.builds.entries()) {
    const before = await marks.of(build);
    if (before !== undefined && before.result !== 'begun') continue;
    await tools.throwIfCanceled();
    const state = await deleteOne(deleting, build, before !== undefined);
    await marks.end(build, state);
    const now = context.clock.now();
    if (now - shownAt < SHOW_EVERY_MS) continue;
    shownAt = now;
    await show(tools, place + 1, all, `${buildPath(build)} ${stateInWords(state)}`);
  }
  return { ok: true, value: null, detail: summaryOf(await marks.results()) };
}

function show({ show: change }: Tools, n: number, all: number, last: string): Promise<void> {
  return change((view) => ({
    ...withStage(view, 'delete', { detail: `${n} of ${all}; last: ${last}` }),
    percent: Math.floor((n / all) * 100),
  }));
}

/** `begun`: it may have been deleted already, by a process or over a connection that ended in the middle of it. */
async function deleteOne(deleting: Deleting, build: Build, begun: boolean): Promise<BuildState> {
  const { marks, reached, tools } = deleting;
  let isBegun = begun;
  let lostAt: Problem | undefined;
  for (let tries = 0; ; ) {
    const console = await deleting.console.get(reached, tools);
    try {
      if (isBegun) {
        if ((await console.find(build)) === 'gone') return { result: 'gone' };
        // It is there: nothing was done to it, so it may be deleted; but not again and again.
        if (lostAt !== undefined && (lostAt.code === 'console-silent' || tries >= MOST_BEGUN))
          return failed(`${explain(lostAt).reason} It is still there.`);
      } else {
        await marks.begin(build);
        isBegun = true;
      }
      tries += 1;
      return await console.delete(build);
    } catch (error) {
      const problem = lossIn(error);
      if (problem === undefined) return unclear(error);
      lostAt = problem;
      deleting.console.drop();
      deleting.lost += 1;
      if (deleting.lost > MOST_LOST) throw error;
    }
  }
}

function lossIn(error: unknown): Problem | undefined {
  return error instanceof ProblemError && LOST.has(error.problem.code) ? error.problem : undefined;
}

function unclear(error: unknown): BuildState {
  if (!(error instanceof ProblemError) || error.problem.code !== 'console-unclear') throw error;
  return failed(explain(error.problem).reason);
}

function failed(message: string): BuildState {
  return { result: 'failed', message };
}
