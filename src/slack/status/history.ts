import type { Reply } from '../../commands/base/reply.ts';
import { COMMAND } from '../../commands/base/verb.ts';
import type { AuditRow } from '../../core/run/audit.ts';
import { cut, escapeMrkdwn } from '../../core/text/text.ts';
import { counted, durationInWords, listInWords } from '../../core/text/words.ts';
import { code, context, mention, mrkdwn, when } from '../kit/blocks.ts';
import type { Rendered } from '../kit/rendered.ts';

type History = Extract<Reply, { view: 'history' }>;

export function history(reply: History): Rendered {
  const of = reply.target === undefined ? '' : ` of ${escapeMrkdwn(reply.target)}`;
  if (reply.total === 0) {
    const text = `Nothing has been asked for yet${of}.`;
    return { text, blocks: [mrkdwn(text)] };
  }
  const more =
    reply.page < reply.pages ? [`Next: ${code(`${COMMAND} history --page ${reply.page + 1}`)}`] : [];
  return {
    text: `${counted(reply.total, 'entry', 'entries')}${of}`,
    blocks: [
      mrkdwn(`*History${of}*, newest first`),
      ...reply.rows.map((row) => mrkdwn(line(row))),
      context(`Page ${reply.page} of ${reply.pages}.`, ...more),
    ],
  };
}

export function audit({ audit: { isWhole, headline, lines } }: Extract<Reply, { view: 'audit' }>): Rendered {
  const icon = isWhole ? ':white_check_mark:' : ':rotating_light:';
  return {
    text: escapeMrkdwn(headline),
    blocks: [
      mrkdwn(`${icon} *${escapeMrkdwn(headline)}*`),
      ...lines.map((text) => context(escapeMrkdwn(text))),
    ],
  };
}

function line(row: AuditRow): string {
  const who = row.actor === undefined ? 'the bot' : mention(row.actor.userId);
  const what = row.target === undefined ? code(row.verb) : `${code(row.verb)} of ${escapeMrkdwn(row.target)}`;
  const run = row.runId === undefined ? '' : ` ${code(row.runId)}`;
  return `${when(row.at)}  ${told(row, who, what)}${run}`;
}

function told(row: AuditRow, who: string, what: string): string {
  switch (row.kind) {
    case 'request':
      if (row.verb === 'answer')
        return `${who} chose “${escapeMrkdwn(String(row.detail.answer))}” in ${escapeMrkdwn(row.target ?? '')}`;
      if (row.verb === 'tick')
        return `${who} ${row.detail.done === true ? 'ticked' : 'opened again'} “${escapeMrkdwn(String(row.detail.item))}” of the list of ${escapeMrkdwn(row.target ?? '')}`;
      return typeof row.detail.summary === 'string'
        ? `${who} asked for an approval: ${escapeMrkdwn(cut(row.detail.summary, 150))}`
        : `${who} asked for ${what}`;
    case 'refusal':
      return `${who} was refused ${what} (${escapeMrkdwn(codeInWords(row.detail.code ?? 'refused'))}${times(row.detail)})`;
    case 'vote':
      return `${who} ${VOTED[String(row.detail.vote)] ?? 'voted on'} ${what}${countOf(row.detail)}`;
    case 'expiry':
      return `the request for ${what} ended without a decision: *${escapeMrkdwn(String(row.detail.state ?? 'expired'))}*`;
    case 'start':
      return `${what} began, approved by ${approvedBy(row.detail)}`;
    case 'cancel':
      return `${who} asked to cancel`;
    case 'result':
      return `${what} ended: *${escapeMrkdwn(outcome(row.detail))}*`;
    case 'read':
      return `${who} looked at ${what}`;
    case 'stage':
      return `${what}: ${escapeMrkdwn(String(row.detail.stage ?? ''))}`;
  }
}

/** Of a flood, which is one row. */
function times({ count }: Record<string, unknown>): string {
  return typeof count === 'number' ? `, ${counted(count, 'time')}` : '';
}

const VOTED: Record<string, string> = {
  approve: 'approved',
  deny: '*denied*',
  withdraw: 'withdrew the request for',
};

function countOf({ vote, count, required }: Record<string, unknown>): string {
  return vote === 'approve' ? ` (${String(count)} of ${String(required)})` : '';
}

function approvedBy({ approvedBy: ids }: Record<string, unknown>): string {
  return Array.isArray(ids) ? listInWords(ids.map((id) => mention(String(id)))) : 'others';
}

function outcome(detail: Record<string, unknown>): string {
  const { outcome: said, startedAt, finishedAt, problem } = detail;
  const took =
    typeof startedAt === 'number' && typeof finishedAt === 'number'
      ? ` after ${durationInWords(finishedAt - startedAt)}`
      : '';
  const code =
    typeof problem === 'object' && problem !== null && 'code' in problem ? problem.code : undefined;
  // What was canceled is a failed backup in its tags; people asked for it, and it is shown as that.
  if (code === 'canceled') return `canceled${took}`;
  return `${String(said)}${code === undefined ? '' : ` (${codeInWords(code)})`}${took}`;
}

/** `not-an-operator` to `not an operator`. */
function codeInWords(code: unknown): string {
  return String(code).replaceAll('-', ' ');
}
