import type { AnyBlock } from '@slack/types';
import { COMMAND } from '../../commands/base/verb.ts';
import type { BackupMode } from '../../core/model/backup.ts';
import { explain } from '../../core/problems/problem.ts';
import { type LastWord, lastWordOf } from '../../core/run/last-word.ts';
import { currentStage, type RunView, titleOf } from '../../core/run/run-view.ts';
import { escapeMrkdwn } from '../../core/text/text.ts';
import { code, context, fields, header, mention, mrkdwn, plain, startedBy, when } from '../kit/blocks.ts';
import type { Rendered, Richness } from '../kit/rendered.ts';
import { CONTINUED, stageLine, stagesBlock } from '../kit/stages.ts';
import { whyDirect } from '../outbox/replacement.ts';
import { cancelBlock } from './cancel-run.ts';
import { questionBlocks } from './question.ts';

const ICON: Record<LastWord['outcome'], string> = {
  good: ':white_check_mark:',
  partly: ':warning:',
  failed: ':x:',
  canceled: ':octagonal_sign:',
  down: ':rotating_light:',
};

/** A message has fifty blocks, and what matters stands at its top. */
const WARNINGS_SHOWN = 10;

/** The one message of a run, from the first second to the last word. */
export function runMessage(run: RunView, richness: Richness = 'full'): Rendered {
  const last = lastWordOf(run);
  const title = last?.headline ?? headline(run);
  const text = escapeMrkdwn(`${title} (${run.runId})`);
  if (richness === 'text') return { text: [text, ...asText(run, last)].join('\n'), blocks: [] };
  const icon =
    last !== undefined
      ? ICON[last.outcome]
      : run.question === undefined
        ? ':hourglass_flowing_sand:'
        : ':raised_hand:';
  const blocks: AnyBlock[] = [header(`${icon} ${title}`), context(...about(run))];
  if (run.note !== undefined) blocks.push(plain(`${run.kind === 'backup' ? 'Note' : 'Why'}: ${run.note}`));
  if (run.continued) blocks.push(context(CONTINUED));
  if (run.insteadOf !== undefined) blocks.push(context(whyDirect(run.insteadOf)));
  if (run.question !== undefined) blocks.push(...questionBlocks(run.runId, run.question));
  if (last !== undefined) blocks.push(...lastBlocks(last));
  blocks.push(stagesBlock(run, richness));
  if (run.hint !== undefined) blocks.push(plain(`⚠ ${run.hint}`));
  if (last === undefined && run.question === undefined) blocks.push(cancelBlock(run));
  return { text, blocks };
}

/** One line that is true at any moment on its way. */
function headline(run: RunView): string {
  const title = titleOf(run);
  if (run.question !== undefined) return `${title} waits for a decision`;
  if (run.cancelRequestedBy !== undefined) return `${title}: stopping at the next safe point`;
  const stage = currentStage(run);
  if (stage === undefined) return `${title} is starting`;
  const percent = run.percent === undefined ? '' : `, ${run.percent} %`;
  return `${title}: ${stage.title.charAt(0).toLowerCase()}${stage.title.slice(1)}${percent}`;
}

const MODES: Record<BackupMode, string> = {
  live: 'live (no reboot)',
  quiesced: 'quiesced (the application was stopped)',
  reboot: 'with a reboot',
};

function about(run: RunView): string[] {
  return [
    code(run.runId),
    ...(run.kind === 'backup' ? [MODES[run.result?.mode ?? run.mode ?? 'live']] : []),
    ...(run.about ?? []).map(escapeMrkdwn),
    escapeMrkdwn(run.region),
    `asked for by ${startedBy(run.requester)}`,
    when(run.requestedAt),
    ...(run.cancelRequestedBy === undefined ? [] : [`cancel asked for by ${mention(run.cancelRequestedBy)}`]),
  ];
}

function lastBlocks(last: LastWord): AnyBlock[] {
  const { problem, fields: pairs, lines, warnings, checked, restorable } = last;
  return [
    ...whyAndNext(problem).map(plain),
    fields(pairs),
    ...(lines.length === 0 ? [] : [plain(lines.join('\n'))]),
    ...warnings.slice(0, WARNINGS_SHOWN).map((warning) => plain(`⚠ ${warning}`)),
    ...(restorable === undefined
      ? []
      : [mrkdwn(`To restore it, type ${code(`${COMMAND} restore ${restorable}`)}`)]),
    ...(checked.length === 0 ? [] : [context(escapeMrkdwn(`Checked: ${checked.join('; ')}.`))]),
  ];
}

function whyAndNext(problem: LastWord['problem']): string[] {
  if (problem === undefined) return [];
  const { reason, next } = explain(problem);
  return [reason, `Next: ${next}`];
}

/** What matters of the blocks, where Slack takes none; mrkdwn. */
function asText(run: RunView, last: LastWord | undefined): string[] {
  const { question, hint } = run;
  const lines = [
    ...(run.continued ? [CONTINUED] : []),
    ...(question === undefined ? [] : [question.text]),
    ...whyAndNext(last?.problem),
    ...(last?.fields ?? []).map(([name, value]) => `${name}: ${value}`),
    ...(last?.lines ?? []),
    ...run.stages.map(stageLine),
    ...(hint === undefined ? [] : [`⚠ ${hint}`]),
    ...(last === undefined ? [`To stop it: ${COMMAND} cancel ${run.runId}`] : []),
  ].map(escapeMrkdwn);
  return [...lines, ...(run.insteadOf === undefined ? [] : [whyDirect(run.insteadOf)])];
}
