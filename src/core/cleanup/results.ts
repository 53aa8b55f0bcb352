import { counted, listInWords, utcTime } from '../text/words.ts';
import type { Build } from './builds.ts';
import type { StillRunning } from './builds-api.ts';
import type { Deletion } from './dev-console.ts';

/** Where one build of a clean-up stands. */
export type BuildState =
  | Deletion
  /** The bot or the connection was interrupted while it was deleted, and it was seen gone afterwards. */
  | { result: 'gone' }
  /** CircleCI no longer lists it as running, so it was left alone. */
  | { result: 'finished' }
  /** The run stopped before it. */
  | { result: 'not-tried' };

export interface CleanedBuild {
  build: Build;
  state: BuildState;
}

type Result = BuildState['result'];

/** What is left to do when CircleCI was asked once more. What it does not tell is left to the console. */
export function leaveFinished(
  builds: readonly Build[],
  states: ReadonlyMap<string, StillRunning>,
): { rest: Build[]; finished: CleanedBuild[] } {
  const hasEnded = (build: Build) => states.get(build.url) === 'not-running';
  const rest = builds.filter((build) => !hasEnded(build));
  const finished = builds
    .filter(hasEnded)
    .map((build): CleanedBuild => ({ build, state: { result: 'finished' } }));
  return { rest, finished };
}

/** Every build of the plan, in its order; those without a result were not tried. */
export function resultsOf(plan: readonly Build[], states: ReadonlyMap<string, BuildState>): CleanedBuild[] {
  return plan.map((build) => ({ build, state: states.get(build.url) ?? { result: 'not-tried' } }));
}

/**
 * `complete`: nothing of the plan is left to do. `partial`: something is, and something was done. `failed`: nothing was.
 * What had finished or gone by itself needed nothing.
 */
export function outcomeOf(results: readonly CleanedBuild[]): 'complete' | 'partial' | 'failed' {
  const open = results.filter(({ state }) => state.result === 'failed' || state.result === 'not-tried');
  if (open.length === 0) return 'complete';
  return open.length < results.length ? 'partial' : 'failed';
}

/** Half a sentence each, in this order. */
const IN_WORDS: Record<Result, (n: number) => string> = {
  deleted: (n) => `${n} deleted and seen gone`,
  gone: (n) => `${n} seen gone after an interruption`,
  'already-gone': (n) => `${n} not there`,
  finished: (n) => `${n} no longer running and left alone`,
  failed: (n) => `${n} failed`,
  'not-tried': (n) => `${n} not tried`,
};
const RESULTS: readonly Result[] = ['deleted', 'gone', 'already-gone', 'finished', 'failed', 'not-tried'];

/** `Of 3 builds: 2 deleted and seen gone and 1 failed`. */
export function summaryOf(results: readonly CleanedBuild[]): string {
  const counts = RESULTS.map((result) => ({ result, n: count(results, result) })).filter(({ n }) => n > 0);
  const words = listInWords(counts.map(({ result, n }) => IN_WORDS[result](n)));
  return `Of ${counted(results.length, 'build')}: ${words}`;
}

function count(results: readonly CleanedBuild[], result: Result): number {
  return results.filter(({ state }) => state.result === result).length;
}

/** One build's result for people, behind its address. Plain text. */
export function stateInWords(state: BuildState): string {
  switch (state.result) {
    case 'deleted':
      return 'deleted, and seen gone';
    case 'gone':
      return 'is gone: it was seen so after an interruption of its deletion';
    case 'already-gone':
      return 'was not there: gone already, or there never was such a build';
    case 'finished':
      return 'is no longer running, so it was left alone';
    case 'failed':
      return `failed: ${state.message}`;
    case 'not-tried':
      return 'was not tried';
  }
}

/** The file with all results; UTF-8, a build a line, what needs somebody first. */
export function resultsFile(run: {
  runId: string;
  target: string;
  at: number;
  results: readonly CleanedBuild[];
}): { name: string; text: string } {
  const { runId, target, at, results } = run;
  const lines = ['failed', 'not-tried', 'finished', 'already-gone', 'gone', 'deleted'].flatMap((result) =>
    results
      .filter(({ state }) => state.result === result)
      .map(({ build, state }) => `${build.url}\t${stateInWords(state)}`),
  );
  const head = [`Clean-up ${runId} of ${target}, ${utcTime(at)}`, `${summaryOf(results)}.`, ''];
  return { name: `${runId}.txt`, text: [...head, ...lines, ''].join('\n') };
}

/** What a run has written down of one build, before and after it was deleted. */
export interface BuildMark {
  url: string;
  /** `begun`: it may have been deleted, and a look at it tells. */
  state: BuildState | { result: 'begun' };
}

/** `n` is the build's place in the plan. */
export function buildMarkId(runId: string, n: number): string {
  return `${runId}/${n}`;
}

/** What tells one build from another of the same host, e.g. `gh/acme/web/12`. */
export function buildPath({ vcs, org, project, number }: Build): string {
  return `${vcs}/${org}/${project}/${number}`;
}
