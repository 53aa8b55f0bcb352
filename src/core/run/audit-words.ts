import type { Person } from '../model/person.ts';
import { cut } from '../text/text.ts';
import { counted, durationInWords, listInWords } from '../text/words.ts';
import type { AuditRow } from './audit.ts';

/** How the place that shows a row writes its parts. */
export interface AuditStyle {
  person(person: Person): string;
  /** Of someone who approved: their id alone is kept. */
  id(userId: string): string;
  code(text: string): string;
  text(text: string): string;
  strong(text: string): string;
}

/** What a row says, in a sentence without its time and its end. */
export function auditRowInWords(row: AuditRow, style: AuditStyle): string {
  const { person, code, text } = style;
  const who = row.actor === undefined ? 'the bot' : person(row.actor);
  const what = row.target === undefined ? code(row.verb) : `${code(row.verb)} of ${text(row.target)}`;
  const run = row.runId === undefined ? '' : ` ${code(row.runId)}`;
  return `${told(row, who, what, style)}${run}`;
}

function told(row: AuditRow, who: string, what: string, style: AuditStyle): string {
  const { text, strong } = style;
  switch (row.kind) {
    case 'request':
      if (row.verb === 'answer')
        return `${who} chose “${text(String(row.detail.answer))}” in ${text(row.target ?? '')}`;
      if (row.verb === 'tick')
        return `${who} ${row.detail.done === true ? 'ticked' : 'opened again'} “${text(String(row.detail.item))}” of the list of ${text(row.target ?? '')}`;
      return typeof row.detail.summary === 'string'
        ? `${who} asked for an approval: ${text(cut(row.detail.summary, 150))}`
        : `${who} asked for ${what}`;
    case 'refusal':
      return `${who} was refused ${what} (${text(codeInWords(row.detail.code ?? 'refused'))}${times(row.detail)})`;
    case 'vote':
      return `${who} ${votedIn(row, strong)} ${what}${countOf(row.detail)}`;
    case 'expiry':
      return `the request for ${what} ended without a decision: ${strong(text(String(row.detail.state ?? 'expired')))}`;
    case 'start':
      return `${what} began, approved by ${approvedBy(row.detail, style)}`;
    case 'cancel':
      return `${who} asked to cancel`;
    case 'result':
      return `${what} ended: ${strong(text(outcome(row.detail)))}`;
    case 'read':
      return `${who} looked at ${what}`;
    case 'stage':
      return `${what}: ${text(String(row.detail.stage ?? ''))}`;
  }
}

/** Of a flood, which is one row. */
function times({ count }: Record<string, unknown>): string {
  return typeof count === 'number' ? `, ${counted(count, 'time')}` : '';
}

function votedIn({ detail: { vote } }: AuditRow, strong: AuditStyle['strong']): string {
  if (vote === 'approve') return 'approved';
  if (vote === 'deny') return strong('denied');
  return vote === 'withdraw' ? 'withdrew the request for' : 'voted on';
}

function countOf({ vote, count, required }: Record<string, unknown>): string {
  return vote === 'approve' ? ` (${String(count)} of ${String(required)})` : '';
}

function approvedBy({ approvedBy: ids }: Record<string, unknown>, { id }: AuditStyle): string {
  return Array.isArray(ids) ? listInWords(ids.map((one) => id(String(one)))) : 'others';
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
