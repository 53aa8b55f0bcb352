import type { AppReport, BackupResult } from '../model/backup.ts';
import { coverageInWords } from '../model/coverage.ts';
import { datastoreLines, datastoresInWords } from '../model/datastore.ts';
import { reportInWords } from '../model/files-report.ts';
import { leavesUnconfirmedImage, type Problem } from '../problems/problem.ts';
import { bytesInWords, counted, durationInWords } from '../text/words.ts';
import type { RunEnd, RunView } from './run-view.ts';

/** How a run has ended, as its message says it: plain text. */
export interface LastWord {
  headline: string;
  /** `down`: CircleCI is not up again, whatever became of the backup. */
  outcome: 'good' | 'partly' | 'failed' | 'canceled' | 'down';
  problem?: Problem | undefined;
  fields: [name: string, value: string][];
  lines: string[];
  warnings: string[];
  /** What was checked of a backup. */
  checked: string[];
  /** Set where it is a backup that can be restored: its id. */
  restorable?: string;
}

/** Undefined while it goes on. */
export function lastWordOf({ end, result, follows = [] }: RunView): LastWord | undefined {
  if (result !== undefined) return ofBackup(result, follows);
  return end === undefined ? undefined : ofOther(end);
}

const OUTCOME = {
  done: 'good',
  complete: 'good',
  partly: 'partly',
  partial: 'partly',
  failed: 'failed',
  canceled: 'canceled',
} as const;

function ofOther({ headline, outcome, problem, facts, lines, warnings, ...times }: RunEnd): LastWord {
  return {
    headline,
    outcome: OUTCOME[outcome],
    problem,
    fields: [took(times), ...facts],
    lines,
    warnings,
    checked: [],
  };
}

function ofBackup(result: BackupResult, follows: readonly string[]): LastWord {
  const { outcome, problem, warnings, checked, runId, app } = result;
  const isDown = app?.state === 'down';
  const isCanceled = problem?.code === 'canceled';
  const bad = outcome === 'partial' ? result.volumes.filter((v) => v.state !== 'in the backup') : [];
  return {
    headline: `Backup of ${result.target} ${endInWords(result)}${isDown ? ', and CircleCI is NOT UP' : ''}`,
    outcome: isCanceled ? 'canceled' : isDown ? 'down' : OUTCOME[outcome],
    problem,
    fields: fieldsOf(result, follows),
    lines: [
      ...bad.map((v) => `${v.state}: ${v.volumeId} (${v.device})`),
      ...(result.datastores === undefined ? [] : datastoreLines(result.datastores)),
      ...coverageLines(result),
    ],
    warnings,
    checked,
    ...(outcome === 'complete' ? { restorable: runId } : {}),
  };
}

function volumesInWords({ volumes }: BackupResult): string {
  const good = volumes.filter((v) => v.state === 'in the backup').length;
  return `${good} of ${counted(volumes.length, 'volume')}`;
}

/** The gaps of a partial backup are its reason already. */
function coverageLines(result: BackupResult): string[] {
  const { coverage, problem, outcome } = result;
  if (coverage === undefined || outcome === 'failed') return [];
  const told = problem?.code === 'data-uncovered' ? { ...coverage, gaps: [] } : coverage;
  return coverageInWords(`Covers: the image, with ${volumesInWords(result)}`, told);
}

function endInWords({ outcome, problem }: BackupResult): string {
  if (problem?.code === 'canceled') return 'was canceled';
  if (outcome === 'complete') return 'is complete';
  if (outcome !== 'partial') return 'FAILED';
  const what =
    problem?.code === 'datastores-missing'
      ? 'not all of the external datastores are'
      : 'not all of the machine is';
  return `is PARTIAL: ${what} in it`;
}

function took({ startedAt, finishedAt }: { startedAt: number; finishedAt: number }): [string, string] {
  return ['Took', durationInWords(finishedAt - startedAt)];
}

function fieldsOf(result: BackupResult, follows: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [
    took(result),
    ...(result.app === undefined ? [] : [['CircleCI', appInWords(result.app)] satisfies [string, string]]),
  ];
  if (result.imageId === undefined) {
    const unsure = result.problem !== undefined && leavesUnconfirmedImage(result.problem);
    return [...pairs, ['In EC2', unsure ? 'an image may have been made' : 'nothing was made']];
  }
  pairs.push(['Image', result.imageId]);
  if (result.outcome === 'failed') return pairs;
  return [
    ...pairs,
    ['Volumes', `${volumesInWords(result)}, ${bytesInWords(result.totalBytes ?? 0)} in all`],
    ...(result.files === undefined
      ? []
      : [['Files', reportInWords(result.files)] satisfies [string, string]]),
    ['Size added', follows.includes('size') ? 'being measured' : sizeInWords(result.added)],
    ...(result.datastores === undefined
      ? []
      : [['Datastores', datastoresInWords(result.datastores.stores)] satisfies [string, string]]),
  ];
}

function sizeInWords(added: BackupResult['added']): string {
  return added.known ? bytesInWords(added.bytes) : `size unknown: ${added.reason}`;
}

function appInWords({ state, downtimeMs }: AppReport): string {
  if (state === 'down') return 'NOT UP AGAIN';
  if (state === 'unknown') return 'not checked';
  return downtimeMs === undefined ? 'is up' : `was away for ${durationInWords(downtimeMs)}, is up again`;
}
