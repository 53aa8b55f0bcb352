import type { AnyBlock } from '@slack/types';
import { COMMAND } from '../../commands/base/verb.ts';
import type { AppReport, BackupResult } from '../../core/model/backup.ts';
import { leavesUnconfirmedImage, type Problem } from '../../core/problems/problem.ts';
import type { RunEnd, RunView } from '../../core/run/run-view.ts';
import { escapeMrkdwn } from '../../core/text/text.ts';
import { bytesInWords, counted, durationInWords } from '../../core/text/words.ts';
import { code, context, mrkdwn } from '../kit/blocks.ts';

/** How a run has ended, as its message says it: plain text, but for `more`, which stands below all of it. */
export interface LastWord {
  headline: string;
  icon: string;
  problem?: Problem | undefined;
  fields: [name: string, value: string][];
  lines: string[];
  warnings: string[];
  more: AnyBlock[];
}

/** Undefined while it goes on. */
export function lastWordOf({ end, result, follows = [] }: RunView): LastWord | undefined {
  if (result !== undefined) return ofBackup(result, follows);
  return end === undefined ? undefined : ofOther(end);
}

const ICON = {
  done: ':white_check_mark:',
  complete: ':white_check_mark:',
  partly: ':warning:',
  partial: ':warning:',
  failed: ':x:',
  canceled: ':octagonal_sign:',
} as const;

function ofOther({ headline, outcome, problem, facts, lines, warnings, ...times }: RunEnd): LastWord {
  return {
    headline,
    icon: ICON[outcome],
    problem,
    fields: [took(times), ...facts],
    lines,
    warnings,
    more: [],
  };
}

function ofBackup(result: BackupResult, follows: readonly string[]): LastWord {
  const { outcome, problem, warnings, checked, runId, app } = result;
  const isDown = app?.state === 'down';
  const isCanceled = problem?.code === 'canceled';
  const bad = outcome === 'partial' ? result.volumes.filter((v) => v.state !== 'in the backup') : [];
  return {
    headline: `Backup of ${result.target} ${endInWords(result)}${isDown ? ', and CircleCI is NOT UP' : ''}`,
    icon: isCanceled ? ICON.canceled : isDown ? ':rotating_light:' : ICON[outcome],
    problem,
    fields: fieldsOf(result, follows),
    lines: bad.map((v) => `${v.state}: ${v.volumeId} (${v.device})`),
    warnings,
    more: [
      ...(outcome === 'complete'
        ? [mrkdwn(`To restore it, type ${code(`${COMMAND} restore ${runId}`)}`)]
        : []),
      ...(checked.length > 0 ? [context(escapeMrkdwn(`Checked: ${checked.join('; ')}.`))] : []),
    ],
  };
}

function endInWords({ outcome, problem }: BackupResult): string {
  if (problem?.code === 'canceled') return 'was canceled';
  if (outcome === 'complete') return 'is complete';
  return outcome === 'partial' ? 'is PARTIAL: not all of the machine is in it' : 'FAILED';
}

function took({ startedAt, finishedAt }: { startedAt: number; finishedAt: number }): [string, string] {
  return ['Took', durationInWords(finishedAt - startedAt)];
}

function fieldsOf(result: BackupResult, follows: readonly string[]): [string, string][] {
  const good = result.volumes.filter((v) => v.state === 'in the backup').length;
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
    [
      'Volumes',
      `${good} of ${counted(result.volumes.length, 'volume')}, ${bytesInWords(result.totalBytes ?? 0)} in all`,
    ],
    ['Size added', follows.includes('size') ? 'being measured' : sizeInWords(result.added)],
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
