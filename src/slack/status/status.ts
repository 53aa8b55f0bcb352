import type { AnyBlock } from '@slack/types';
import type { Reply, TargetStatus, WaitingRequest } from '../../commands/base/reply.ts';
import { COMMAND } from '../../commands/base/verb.ts';
import { nobodyCanApprove } from '../../core/approval/approval.ts';
import { dataInWords } from '../../core/model/coverage.ts';
import { cut, escapeMrkdwn } from '../../core/text/text.ts';
import { durationInWords } from '../../core/text/words.ts';
import { code, context, mentionOf, mrkdwn, permalink, startedBy, when } from '../kit/blocks.ts';
import type { Rendered } from '../kit/rendered.ts';

type Status = Extract<Reply, { view: 'status' }>;

/** Room for every target of a fleet: two blocks each, and Slack takes fifty. */
const SHOWN = 22;
const FAILURES_SHOWN = 8;

export function status(reply: Status, workspaceUrl: string): Rendered {
  const [only] = reply.targets;
  const rest = reply.targets.length - SHOWN;
  return {
    text: only === undefined ? 'No target' : firstLine(only, reply.now).replace(/:[a-z_]+: /, ''),
    blocks: [
      ...reply.targets.slice(0, SHOWN).flatMap((one) => oneTarget(one, reply, workspaceUrl)),
      ...(rest > 0 ? [context(`${rest} more: ${code(`${COMMAND} status <target>`)}`)] : []),
      ...failed(reply),
      context(`circleci-backup ${escapeMrkdwn(reply.version)}`),
    ],
  };
}

/** What the doctor found to fail, until a later look finds it mended. */
function failed({ failures }: Status): AnyBlock[] {
  const more = failures.length - FAILURES_SHOWN;
  const lines = failures
    .slice(0, FAILURES_SHOWN)
    .map(
      ({ target, title, text }) =>
        `:x: ${target === undefined ? 'The bot' : escapeMrkdwn(target)}, ${escapeMrkdwn(title)}: ${escapeMrkdwn(cut(text, 250))}`,
    );
  const rest = more > 0 ? [`and ${more} more`] : [];
  const how = `What to do: ${code(`${COMMAND} doctor`)}`;
  return lines.length === 0 ? [] : [mrkdwn([...lines, ...rest, how].join('\n'))];
}

function oneTarget(one: TargetStatus, { now, targets }: Status, workspaceUrl: string): AnyBlock[] {
  const isOnly = targets.length === 1;
  const lines = [firstLine(one, now)];
  for (const { lock, stage, percent, message } of one.running) {
    const link = message === undefined ? '' : ` (<${permalink(workspaceUrl, message)}|message>)`;
    const progress = [stage, percent === undefined ? undefined : `${percent} %`].filter(
      (part) => part !== undefined,
    );
    lines.push(
      `:hourglass_flowing_sand: ${code(lock.runId)} has run since ${when(lock.since)}, asked for by ` +
        `${startedBy(lock.requester)}${progress.length === 0 ? '' : `: ${escapeMrkdwn(progress.join(', '))}`}${link}`,
    );
  }
  if (one.running.length === 0) lines.push('Nothing runs now.');
  if (nobodyCanApprove(one.target))
    lines.push(
      ':information_source: Nobody could approve a request: restores and all else that needs one are refused until APPROVERS names more people.',
    );
  lines.push(...one.waiting.map((request) => waitingLine(request, workspaceUrl)));
  lines.push(...routineLines(one), ...dataLines(one, isOnly, now));
  const { complete, partial, failed, canceled, open } = one.counts;
  const counts = [
    `${complete} complete`,
    ...(partial > 0 ? [`${partial} partial`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(canceled > 0 ? [`${canceled} canceled`] : []),
    ...(open > 0 ? [`${open} not checked`] : []),
  ];
  return [
    mrkdwn(lines.join('\n')),
    context(
      one.trouble === undefined
        ? [`In EC2: ${counts.join(', ')}.`, ...one.unproven.map(escapeMrkdwn)].join(' ')
        : 'What EC2 holds is not known.',
    ),
  ];
}

/** Lines full of paths may be more than Slack takes of a section. */
const DATA_LINE_MAX = 600;

/** What a backup would cover where one target is asked for; of a fleet only what it would not. */
function dataLines({ data }: TargetStatus, isOnly: boolean, now: number): string[] {
  if (data === undefined) return [];
  const isPartial = data.coverage.gaps.length > 0;
  const said = isOnly
    ? dataInWords(data, now)
    : data.coverage.gaps.slice(0, 1).map(({ what }) => `A backup would be partial: ${what}.`);
  return said.map((line, i) => {
    const text = escapeMrkdwn(cut(line, DATA_LINE_MAX));
    return isPartial && i === said.length - 1 ? `:warning: ${text}` : text;
  });
}

function waitingLine(request: WaitingRequest, workspaceUrl: string): string {
  const { runId, summary, requester, expiresAt, count, required, message } = request;
  const link = message === undefined ? '' : ` (<${permalink(workspaceUrl, message)}|request>)`;
  return (
    `:raised_hand: ${code(runId)} waits for an approval until ${when(expiresAt)}: ${escapeMrkdwn(cut(summary, 150))}, asked for ` +
    `by ${mentionOf(requester)}, ${count} of ${required} so far${link}`
  );
}

function routineLines({ target, overdueSince, pausedUntil, next }: TargetStatus): string[] {
  const promise =
    target.maxAgeMs === undefined ? '' : `: promised is one every ${durationInWords(target.maxAgeMs)}`;
  return [
    ...(overdueSince === undefined
      ? []
      : [`:rotating_light: A backup is overdue since ${when(overdueSince)}${promise}.`]),
    ...(pausedUntil === undefined
      ? []
      : [`:double_vertical_bar: The schedules are paused until ${when(pausedUntil)}.`]),
    ...(next === undefined
      ? []
      : [`The next routine backup is due ${when(next.at)} (schedule ${code(next.schedule)}).`]),
  ];
}

function firstLine(one: TargetStatus, now: number): string {
  const name = `*${escapeMrkdwn(one.target.name)}*`;
  if (one.trouble !== undefined)
    return `:warning: ${name}: the backups cannot be read: ${escapeMrkdwn(one.trouble)}`;
  if (one.newest === undefined) return `:x: ${name} has no complete backup.`;
  const icon = one.overdueSince === undefined ? ':white_check_mark:' : ':x:';
  return (
    `${icon} ${name}: the last good backup is ${durationInWords(now - one.newest.createdAt)} old ` +
    `(${code(one.newest.backupId)}, ${when(one.newest.createdAt)}).`
  );
}
