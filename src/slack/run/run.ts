import type { AnyBlock } from '@slack/types';
import { COMMAND } from '../../commands/base/verb.ts';
import type { AppReport, BackupMode, BackupResult } from '../../core/model/backup.ts';
import { explain, leavesUnconfirmedImage } from '../../core/problems/problem.ts';
import { currentStage, type RunView } from '../../core/run/run-view.ts';
import { escapeMrkdwn } from '../../core/text/text.ts';
import { bytesInWords, counted, durationInWords } from '../../core/text/words.ts';
import { code, context, fields, header, mention, mrkdwn, plain, startedBy, when } from '../kit/blocks.ts';
import type { Rendered, Richness } from '../kit/rendered.ts';
import { CONTINUED, stageLine, stagesBlock } from '../kit/stages.ts';
import { whyDirect } from '../outbox/replacement.ts';

import { cancelBlock } from './cancel-run.ts';
import { taskMessage } from './task.ts';

/** A message has fifty blocks, and what matters stands at its top. */
const WARNINGS_SHOWN = 10;

/** The one message of a run, from the first second to the last word. */
export function runMessage(run: RunView, richness: Richness = 'full'): Rendered {
  return run.kind === 'backup' ? backupMessage(run, richness) : taskMessage(run, richness);
}

function backupMessage(run: RunView, richness: Richness): Rendered {
  const title = headline(run);
  const blocks: AnyBlock[] = [header(`${icon(run)} ${title}`), context(...about(run))];
  if (run.note !== undefined) blocks.push(plain(`Note: ${run.note}`));
  if (run.continued) blocks.push(context(CONTINUED));
  if (run.insteadOf !== undefined) blocks.push(context(whyDirect(run.insteadOf)));
  if (run.result !== undefined) blocks.push(...resultBlocks(run.result));
  blocks.push(stagesBlock(run, richness));
  if (run.hint !== undefined) blocks.push(plain(`⚠ ${run.hint}`));
  if (run.result === undefined) blocks.push(cancelBlock(run));
  const text = [escapeMrkdwn(`${title} (${run.runId})`), ...(richness === 'text' ? asText(run) : [])];
  return { text: text.join('\n'), blocks: richness === 'text' ? [] : blocks };
}

/** One line that is true at any moment. */
function headline(run: RunView): string {
  const { result, target } = run;
  if (result === undefined) {
    if (run.cancelRequestedBy !== undefined) return `Backup of ${target}: stopping at the next safe point`;
    const stage = currentStage(run);
    if (stage === undefined) return `Backup of ${target} is starting`;
    const percent = stage.key === 'snapshots' && run.percent !== undefined ? `, ${run.percent} %` : '';
    return `Backup of ${target}: ${stage.title.toLowerCase().replace('services', 'Services')}${percent}`;
  }
  const isDown = result.app?.state === 'down' ? ', and CircleCI is NOT UP' : '';
  if (result.problem?.code === 'canceled') return `Backup of ${target} was canceled${isDown}`;
  switch (result.outcome) {
    case 'complete':
      return `Backup of ${target} is complete${isDown}`;
    case 'partial':
      return `Backup of ${target} is PARTIAL: not all of the machine is in it${isDown}`;
    case 'failed':
      return `Backup of ${target} FAILED${isDown}`;
  }
}

function icon(run: RunView): string {
  if (run.result === undefined) return ':hourglass_flowing_sand:';
  if (run.result.problem?.code === 'canceled') return ':octagonal_sign:';
  if (run.result.app?.state === 'down') return ':rotating_light:';
  return { complete: ':white_check_mark:', partial: ':warning:', failed: ':x:' }[run.result.outcome];
}

const MODES: Record<BackupMode, string> = {
  live: 'live (no reboot)',
  quiesced: 'quiesced (the application was stopped)',
  reboot: 'with a reboot',
};

function about(run: RunView): string[] {
  return [
    code(run.runId),
    MODES[run.result?.mode ?? run.mode ?? 'live'],
    escapeMrkdwn(run.region),
    `asked for by ${startedBy(run.requester)}`,
    when(run.requestedAt),
    ...(run.cancelRequestedBy === undefined ? [] : [`cancel asked for by ${mention(run.cancelRequestedBy)}`]),
  ];
}

function resultBlocks(result: BackupResult): AnyBlock[] {
  const blocks: AnyBlock[] = [];
  if (result.problem !== undefined) {
    const { reason, next } = explain(result.problem);
    blocks.push(plain(reason), plain(`Next: ${next}`));
  }
  blocks.push(fields(resultFields(result)));
  const bad = result.volumes.filter((v) => v.state !== 'in the backup');
  if (result.outcome === 'partial' && bad.length > 0)
    blocks.push(plain(bad.map((v) => `${v.state}: ${v.volumeId} (${v.device})`).join('\n')));
  for (const warning of result.warnings.slice(0, WARNINGS_SHOWN)) blocks.push(plain(`⚠ ${warning}`));
  if (result.outcome === 'complete') {
    blocks.push(mrkdwn(`To restore it, type ${code(`${COMMAND} restore ${result.runId}`)}`));
  }
  if (result.checked.length > 0) blocks.push(context(escapeMrkdwn(`Checked: ${result.checked.join('; ')}.`)));
  return blocks;
}

function resultFields(result: BackupResult): [string, string][] {
  const good = result.volumes.filter((v) => v.state === 'in the backup').length;
  const pairs: [string, string][] = [
    ['Took', durationInWords(result.finishedAt - result.startedAt)],
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
    [
      'Size added',
      result.added.known ? bytesInWords(result.added.bytes) : `size unknown: ${result.added.reason}`,
    ],
  ];
}

function appInWords({ state, downtimeMs }: AppReport): string {
  if (state === 'down') return 'NOT UP AGAIN';
  if (state === 'unknown') return 'not checked';
  return downtimeMs === undefined ? 'is up' : `was away for ${durationInWords(downtimeMs)}, is up again`;
}

/** What matters of the blocks, where Slack takes none; mrkdwn. */
function asText(run: RunView): string[] {
  const { result, hint } = run;
  const problem = result?.problem === undefined ? undefined : explain(result.problem);
  const lines = [
    ...(run.continued ? [CONTINUED] : []),
    ...(problem === undefined ? [] : [problem.reason, `Next: ${problem.next}`]),
    ...(result === undefined ? [] : resultFields(result).map(([name, value]) => `${name}: ${value}`)),
    ...run.stages.map(stageLine),
    ...(hint === undefined ? [] : [`⚠ ${hint}`]),
    ...(result === undefined ? [`To stop it: ${COMMAND} cancel ${run.runId}`] : []),
  ].map(escapeMrkdwn);
  return [...lines, ...(run.insteadOf === undefined ? [] : [whyDirect(run.insteadOf)])];
}
