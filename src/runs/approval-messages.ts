import { type Approval, approvalMessageId, type PlanSection, shownOf } from '../core/approval/approval.ts';
import { osUserIn } from '../core/model/person.ts';
import type { Store } from '../core/store/store.ts';
import { cut } from '../core/text/text.ts';
import { type NewMessage, noteMessage } from './note.ts';

/** In UTF-16 units: what of a plan stands in the request's message; a message takes about 13,000 with all the rest. */
const PLAN_MAX = 6_000;
/** Lines of one section in the message, and the length of one line. */
export const LINES_MAX = 15;
export const LINE_MAX = 400;
export const SECTIONS_MAX = 12;
/** One note in the thread; escaped it must still fit into Slack's 3000 characters. */
const PART_MAX = 2_000;
/** A longer plan is read by nobody, and nobody should approve what they have not read. */
export const PARTS_MAX = 40;

/** The request's own message. It is final once nothing more can come of it. */
export function approvalMessage(approval: Approval): NewMessage {
  const { runId, channel, state, plan } = approval;
  return {
    id: approvalMessageId(runId),
    channel,
    broadcast: false,
    final: state !== 'open',
    view: { kind: 'approval', approval: shownOf(approval), cut: isCut(plan.sections) },
  };
}

/** The parts of a plan that is longer than its message, for the thread; none where the message shows all of it. */
export function planNotes({ runId, channel, plan }: Approval): NewMessage[] {
  if (!isCut(plan.sections)) return [];
  const threadOf = approvalMessageId(runId);
  const parts = partsOf(plan.sections);
  return parts.map((text, i) =>
    noteMessage(
      { id: `${threadOf}/plan/${String(i + 1).padStart(2, '0')}`, channel, threadOf, final: false },
      { runId, tone: 'info', text: `The whole plan, ${i + 1} of ${parts.length}\n${text}` },
    ),
  );
}

/** Whether more of it is there than people would read. */
export function isTooLong(sections: readonly PlanSection[]): boolean {
  return isCut(sections) && partsOf(sections).length > PARTS_MAX;
}

/** Calls those who have not voted, in the thread. */
export function reminderMessage(approval: Approval): NewMessage {
  const { runId, channel, approvers, plan, requester, expiresAt, votes } = approval;
  const threadOf = approvalMessageId(runId);
  const done = new Set([requester.userId, ...votes.map((vote) => vote.person.userId)]);
  return noteMessage(
    { id: `${threadOf}/reminder`, channel, threadOf, final: false },
    {
      runId,
      tone: 'info',
      mentions: approvers.filter((id) => !done.has(id)),
      text: `this still waits for a decision: ${cut(plan.summary, 300)}. It expires`,
      until: expiresAt,
    },
  );
}

/** To whoever asked, directly, where that is somebody in Slack: an edited message notifies nobody. */
export async function putDecision(approval: Approval, at: number, store: Store): Promise<void> {
  if (osUserIn(approval.requester.userId) === undefined)
    await store.messages.put(decisionMessage(approval), at);
}

function decisionMessage(approval: Approval): NewMessage {
  return {
    // Told twice is better than not at all, as the outbox does with direct messages.
    id: `${approvalMessageId(approval.runId)}/end/direct`,
    channel: approval.requester.userId,
    broadcast: false,
    final: true,
    view: { kind: 'decision', approval: shownOf(approval) },
  };
}

function isCut(sections: readonly PlanSection[]): boolean {
  const lines = sections.flatMap((section) => [section.title, ...section.lines]);
  return (
    sections.length > SECTIONS_MAX ||
    sections.some((section) => section.lines.length > LINES_MAX) ||
    lines.some((line) => Array.from(line).length > LINE_MAX) ||
    lines.reduce((sum, line) => sum + line.length, 0) > PLAN_MAX
  );
}

/** Whole lines as long as they fit; a longer one is broken. */
function partsOf(sections: readonly PlanSection[]): string[] {
  const lines = sections.flatMap(({ title, lines }) => [`${title}:`, ...lines]).flatMap(broken);
  const parts: string[] = [];
  for (const line of lines) {
    const last = parts.at(-1);
    const joined = last === undefined ? line : `${last}\n${line}`;
    if (last !== undefined && Array.from(joined).length <= PART_MAX) parts[parts.length - 1] = joined;
    else parts.push(line);
  }
  return parts;
}

function broken(line: string): string[] {
  const points = Array.from(line);
  return Array.from({ length: Math.max(1, Math.ceil(points.length / PART_MAX)) }, (_, i) =>
    points.slice(i * PART_MAX, (i + 1) * PART_MAX).join(''),
  );
}
