import type { AnyBlock } from '@slack/types';
import { COMMAND } from '../../commands/base/verb.ts';
import { explain } from '../../core/problems/problem.ts';
import { currentStage, type RunEnd, type RunView, titleOf } from '../../core/run/run-view.ts';
import { escapeMrkdwn } from '../../core/text/text.ts';
import { counted, durationInWords, listInWords } from '../../core/text/words.ts';
import {
  actions,
  button,
  code,
  context,
  fields,
  header,
  mention,
  plain,
  startedBy,
  when,
} from '../kit/blocks.ts';
import type { Rendered, Richness } from '../kit/rendered.ts';
import { CONTINUED, stageLine, stagesBlock } from '../kit/stages.ts';
import { whyDirect } from '../outbox/replacement.ts';
import { cancelBlock } from './cancel-run.ts';

/** Its value is the run's id, the question's key and the answer, with blanks between them. */
export const ANSWER_QUESTION = 'circleci-backup:answer';

const END_ICON = {
  done: ':white_check_mark:',
  partly: ':warning:',
  failed: ':x:',
  canceled: ':octagonal_sign:',
} as const;
/** A message has fifty blocks, and what matters stands at its top. */
const WARNINGS_SHOWN = 10;

/** The one message of a run that is no backup, from the first second to the last word. */
export function taskMessage(run: RunView, richness: Richness): Rendered {
  const title = headline(run);
  const blocks: AnyBlock[] = [header(`${icon(run)} ${title}`), context(...about(run))];
  if (run.note !== undefined) blocks.push(plain(`Why: ${run.note}`));
  if (run.continued) blocks.push(context(CONTINUED));
  if (run.insteadOf !== undefined) blocks.push(context(whyDirect(run.insteadOf)));
  if (run.question !== undefined) blocks.push(...questionBlocks(run, run.question));
  if (run.end !== undefined) blocks.push(...endBlocks(run.end));
  blocks.push(stagesBlock(run, richness));
  if (run.hint !== undefined) blocks.push(plain(`⚠ ${run.hint}`));
  if (run.end === undefined && run.question === undefined) blocks.push(cancelBlock(run));
  const text = [escapeMrkdwn(`${title} (${run.runId})`), ...(richness === 'text' ? asText(run) : [])];
  return { text: text.join('\n'), blocks: richness === 'text' ? [] : blocks };
}

/** One line that is true at any moment. */
function headline(run: RunView): string {
  if (run.end !== undefined) return run.end.headline;
  if (run.question !== undefined) return `${titleOf(run)} waits for a decision`;
  if (run.cancelRequestedBy !== undefined) return `${titleOf(run)}: stopping at the next safe point`;
  const stage = currentStage(run);
  if (stage === undefined) return `${titleOf(run)} is starting`;
  const percent = run.percent === undefined ? '' : `, ${run.percent} %`;
  return `${titleOf(run)}: ${stage.title.charAt(0).toLowerCase()}${stage.title.slice(1)}${percent}`;
}

function icon(run: RunView): string {
  if (run.end !== undefined) return END_ICON[run.end.outcome];
  return run.question === undefined ? ':hourglass_flowing_sand:' : ':raised_hand:';
}

function about(run: RunView): string[] {
  return [
    code(run.runId),
    ...(run.about ?? []).map(escapeMrkdwn),
    escapeMrkdwn(run.region),
    `asked for by ${startedBy(run.requester)}`,
    when(run.requestedAt),
    ...(run.cancelRequestedBy === undefined ? [] : [`cancel asked for by ${mention(run.cancelRequestedBy)}`]),
  ];
}

function questionBlocks(run: RunView, question: NonNullable<RunView['question']>): AnyBlock[] {
  return [
    plain(question.text),
    ...(question.wanted === undefined ? [] : [context(wantedLine(question.wanted))]),
    actions(
      ...question.options.map((option, i) =>
        button({
          text: option.label,
          actionId: `${ANSWER_QUESTION}:${i}`,
          value: `${run.runId} ${question.key} ${option.answer}`,
          ...(option.style === undefined ? {} : { style: option.style }),
          ...(option.confirm === undefined
            ? {}
            : { confirm: { ...option.confirm, confirm: option.label, deny: 'Not yet' } }),
        }),
      ),
    ),
  ];
}

/** Who has pressed what needs more people; mrkdwn. */
function wantedLine({ label, by, missing }: NonNullable<NonNullable<RunView['question']>['wanted']>): string {
  return (
    `:raised_hand: “${escapeMrkdwn(label)}” was pressed by ${listInWords(by.map(mention))}. ` +
    `It counts once ${counted(missing, 'approver')} more ${missing === 1 ? 'presses' : 'press'} it.`
  );
}

function endBlocks(end: RunEnd): AnyBlock[] {
  const blocks: AnyBlock[] = [];
  if (end.problem !== undefined) {
    const { reason, next } = explain(end.problem);
    blocks.push(plain(reason), plain(`Next: ${next}`));
  }
  blocks.push(fields(endFields(end)));
  if (end.lines.length > 0) blocks.push(plain(end.lines.join('\n')));
  for (const warning of end.warnings.slice(0, WARNINGS_SHOWN)) blocks.push(plain(`⚠ ${warning}`));
  return blocks;
}

function endFields(end: RunEnd): [string, string][] {
  return [['Took', durationInWords(end.finishedAt - end.startedAt)], ...end.facts];
}

/** What matters of the blocks, where Slack takes none; mrkdwn. */
function asText(run: RunView): string[] {
  const { end, question, hint } = run;
  const problem = end?.problem === undefined ? undefined : explain(end.problem);
  const lines = [
    ...(run.continued ? [CONTINUED] : []),
    ...(question === undefined ? [] : [question.text]),
    ...(problem === undefined ? [] : [problem.reason, `Next: ${problem.next}`]),
    ...(end === undefined
      ? []
      : [...endFields(end).map(([name, value]) => `${name}: ${value}`), ...end.lines]),
    ...run.stages.map(stageLine),
    ...(hint === undefined ? [] : [`⚠ ${hint}`]),
    ...(end === undefined ? [`To stop it: ${COMMAND} cancel ${run.runId}`] : []),
  ].map(escapeMrkdwn);
  return [...lines, ...(run.insteadOf === undefined ? [] : [whyDirect(run.insteadOf)])];
}
