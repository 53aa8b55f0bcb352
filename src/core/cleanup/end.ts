import type { Problem } from '../problems/problem.ts';
import type { RunEnd } from '../run/run-view.ts';
import { counted } from '../text/words.ts';
import { buildPath, type CleanedBuild, outcomeOf, stateInWords, summaryOf } from './results.ts';

/** More results than this come as a file. */
const SHOWN = 20;
/** What one block of a message takes, with some room for the words around. */
const LINES_MAX = 2_600;

/** Whether the message holds less than all there is to say. */
export function needsFile(results: readonly CleanedBuild[]): boolean {
  return results.length > SHOWN || results.map(line).join('\n').length > LINES_MAX;
}

/** The last word of a clean-up. What was not seen gone is not called deleted. */
export function cleanupEnd(
  /** `canList`: whether CircleCI's API can be asked for what is stuck. */
  run: { target: string; startedAt: number; canList: boolean },
  results: readonly CleanedBuild[],
  problem?: Problem,
): Omit<RunEnd, 'finishedAt'> {
  const { target, startedAt, canList } = run;
  const open = results.filter(({ state }) => state.result === 'failed' || state.result === 'not-tried');
  const isCanceled = problem?.code === 'canceled';
  const outcome = isCanceled ? 'canceled' : OUTCOME[outcomeOf(results)];
  return {
    outcome,
    headline: isCanceled ? canceled(target, results) : headline(target, results, open.length),
    ...(problem === undefined || isCanceled ? {} : { problem }),
    facts: [['Seen gone', `${seenGone(results)} of ${counted(results.length, 'build')}`]],
    lines: [
      `${summaryOf(results)}.`,
      ...(needsFile(results) ? ['Each build’s result is in the file in the thread.'] : results.map(line)),
      ...(results.some(({ state }) => state.result === 'already-gone') ? [IS_IT_WRITTEN_SO] : []),
      ...(open.length === 0
        ? []
        : [
            canList
              ? `To go on with what is left: /circleci-backup cleanup stuck ${target}, or with the addresses.`
              : `To go on with what is left: /circleci-backup cleanup ${target} and the addresses.`,
          ]),
    ],
    warnings: [],
    startedAt,
  };
}

/** What was not there was not seen to go. */
const GONE: ReadonlySet<string> = new Set(['deleted', 'gone']);

/** Whether CircleCI tells upper from lower case there is not documented, so it is asked and not said. */
const IS_IT_WRITTEN_SO =
  'Where a build was not there: is its address written as CircleCI shows it, with the same capital letters in organization and project?';

const OUTCOME = { complete: 'done', partial: 'partly', failed: 'failed' } as const;

function seenGone(results: readonly CleanedBuild[]): number {
  return results.filter(({ state }) => GONE.has(state.result)).length;
}

function headline(target: string, results: readonly CleanedBuild[], open: number): string {
  const all = results.length;
  switch (OUTCOME[outcomeOf(results)]) {
    case 'done':
      return results.some(({ state }) => state.result === 'deleted' || state.result === 'gone')
        ? `The builds of ${target} are cleaned up`
        : `The clean-up of ${target} found nothing to delete`;
    case 'partly':
      return `The clean-up of ${target} is PARTIAL: ${open} of ${counted(all, 'build')} ${open === 1 ? 'is' : 'are'} left`;
    case 'failed':
      return `The clean-up of ${target} FAILED: ${all === 1 ? 'the build is' : `all ${all} builds are`} left`;
  }
}

function canceled(target: string, results: readonly CleanedBuild[]): string {
  const left = results.filter(({ state }) => state.result === 'not-tried').length;
  return `The clean-up of ${target} was canceled: ${left} of ${counted(results.length, 'build')} ${left === 1 ? 'was' : 'were'} not tried`;
}

function line({ build, state }: CleanedBuild): string {
  return `${buildPath(build)}: ${stateInWords(state)}`;
}
