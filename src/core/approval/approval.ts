import { isSamePerson, osUserIn, type Person } from '../model/person.ts';
import type { AccountKind } from '../ports/members.ts';
import type { RunKind, RunView } from '../run/run-view.ts';
import { canonicalJson } from '../text/canonical-json.ts';

/** A part of a plan. Plain text, a line each; `danger` is what cannot be undone, `unsure` what the bot does not know. */
export interface PlanSection {
  title: string;
  lines: string[];
  tone?: 'danger' | 'unsure';
}

/** What a run would do, shown before it is done. Plain JSON data and plain text; without secrets. */
export interface Plan {
  action: RunKind;
  target: string;
  /** One line that says what is asked for, e.g. `Release bk-20261123-0314-x4qz of prod to retention`. */
  summary: string;
  sections: PlanSection[];
  /** What whoever approves it has to type, e.g. the target's name. */
  mustType?: string;
  /** What is started once it is approved; the input is what the workflow's schema gives. The view has the run's id. */
  start: { workflow: string; input: unknown; view: RunView };
}

export type Choice = 'approve' | 'deny';

export interface Vote {
  person: Person;
  vote: Choice;
  at: number;
  reason?: string;
}

/** `void`: it can no longer count, for its plan or the configuration is another one now. */
export type ApprovalState = 'open' | 'approved' | 'denied' | 'expired' | 'withdrawn' | 'void';

/** A decision on one plan, kept under the run's id. Times are ms since epoch. */
export interface Approval {
  runId: string;
  plan: Plan;
  /** `planDigest` of the plan as it was shown. */
  digest: string;
  channel: string;
  requester: Person;
  reason?: string;
  /** User and user-group ids, as they were when it was asked for; who may vote is the configuration of the moment. */
  approvers: string[];
  required: number;
  /** As the plan has it. */
  mustType?: string;
  askedAt: number;
  expiresAt: number;
  remindedAt?: number;
  state: ApprovalState;
  votes: Vote[];
  endedAt?: number;
  /** Why it is void, plain text. */
  voidBecause?: string;
  usedAt?: number;
}

export type VoteRefusal =
  | 'expired'
  | 'decided'
  | 'plan-changed'
  | 'own-request'
  | 'bot-or-guest'
  | 'not-an-approver'
  | 'cannot-confirm'
  | 'voted-already'
  | 'typed-wrong'
  /** How many have to approve is no count: the request can be denied and withdrawn, and is never approved. */
  | 'count-unreadable';

export interface Ballot {
  person: Person;
  vote: Choice;
  reason?: string;
  /** What the person typed where the approval asks for it. */
  typed?: string;
  /** Digest of the plan that the person saw. */
  digest: string;
}

/** What Slack says of the voter, by the configuration of the moment. */
export interface VoterFacts {
  account: AccountKind;
  isApprover: 'yes' | 'no' | 'unknown';
  /** How many have to approve by the configuration of the moment; the stricter of both counts. */
  required?: number;
}

/** The plan's fingerprint. `digest` is an effect: a hash of a text, in hex. */
export function planDigest(plan: Plan, digest: (text: string) => string): string {
  return digest(canonicalJson(plan));
}

/** Who wants what, as one text: the same for a request that is made again, whatever its id, its time and the order of its lists. */
export function wantedBy({ plan: { action, target, start }, requester }: Approval): string {
  const text = canonicalJson(inOrder({ action, target, input: start.input, by: requester.userId }));
  return text.replaceAll(start.view.runId, '');
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => ({ item: inOrder(item), text: canonicalJson(inOrder(item)) }));
    return items.sort((a, b) => (a.text < b.text ? -1 : 1)).map(({ item }) => item);
  }
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => key !== 'requestedAt');
  return Object.fromEntries(kept.map(([key, one]) => [key, inOrder(one)]));
}

/** What people are shown of it: all but what is started. */
export type ShownApproval = Omit<Approval, 'plan'> & { plan: Omit<Plan, 'start'> };

export function shownOf({ plan: { start: _start, ...plan }, ...approval }: Approval): ShownApproval {
  return { ...approval, plan };
}

export function approvalMessageId(runId: string): string {
  return `approval/${runId}`;
}

export function isOpen(approval: Approval, now: number): boolean {
  return approval.state === 'open' && now < approval.expiresAt;
}

/** A person counts once, also in a row that holds a vote twice. */
export function approvalsOf({ votes }: Pick<Approval, 'votes'>): Vote[] {
  const approving = votes.filter((vote) => vote.vote === 'approve');
  return approving.filter(
    ({ person }, n) => approving.findIndex((other) => other.person.userId === person.userId) === n,
  );
}

/** The approval with this vote, or why it does not count. A refused vote changes nothing. */
export function castVote(
  approval: Approval,
  ballot: Ballot,
  voter: VoterFacts,
  now: number,
): { ok: true; approval: Approval } | { ok: false; code: VoteRefusal } {
  const code = refusalOf(approval, ballot, voter, now);
  if (code !== undefined) return { ok: false, code };
  const { person, vote, reason } = ballot;
  const votes = [...approval.votes, { person, vote, at: now, ...(reason === undefined ? {} : { reason }) }];
  const voted = { ...approval, votes };
  if (vote === 'deny') return { ok: true, approval: { ...voted, state: 'denied', endedAt: now } };
  const required = requiredApprovals(approval.required, voter.required ?? approval.required);
  const isEnough = approvalsOf(voted).length >= required;
  return {
    ok: true,
    approval: { ...voted, required, ...(isEnough ? { state: 'approved' as const, endedAt: now } : {}) },
  };
}

/**
 * The stricter of two counts. One that is no whole number from 1 on (of a damaged row, or `NaN`, of which JSON makes
 * `null`) is infinite: nobody can meet what cannot be read.
 */
export function requiredApprovals(one: number, other: number): number {
  const [a, b] = [one, other].map((count) =>
    Number.isSafeInteger(count) && count >= 1 ? count : Number.POSITIVE_INFINITY,
  );
  return Math.max(a ?? Number.POSITIVE_INFINITY, b ?? Number.POSITIVE_INFINITY);
}

/** In the order in which a person should hear of it: first what ended it, then what is about them. */
function refusalOf(
  approval: Approval,
  { person, vote, typed, digest }: Ballot,
  voter: VoterFacts,
  now: number,
): VoteRefusal | undefined {
  if (approval.state === 'expired') return 'expired';
  if (approval.state === 'void') return 'plan-changed';
  if (approval.state !== 'open') return 'decided';
  // So written that a time that is none has expired.
  if (!isOpen(approval, now)) return 'expired';
  if (digest !== approval.digest) return 'plan-changed';
  if (person.userId === approval.requester.userId) return 'own-request';
  if (osUserIn(approval.requester.teamId) === undefined && person.teamId !== approval.requester.teamId)
    return 'bot-or-guest';
  if (voter.account !== 'person' && voter.account !== 'unknown') return 'bot-or-guest';
  if (voter.isApprover === 'no') return 'not-an-approver';
  if (voter.isApprover === 'unknown' || voter.account === 'unknown') return 'cannot-confirm';
  if (approval.votes.some((cast) => cast.person.userId === person.userId)) return 'voted-already';
  const { mustType } = approval;
  if (vote === 'approve' && mustType !== undefined && typed?.trim() !== mustType) return 'typed-wrong';
  const required = requiredApprovals(approval.required, voter.required ?? approval.required);
  if (vote === 'approve' && !Number.isFinite(required)) return 'count-unreadable';
  return undefined;
}

/** By the requester alone, and only while it is open. */
export function withdraw(
  approval: Approval,
  person: Person,
  now: number,
): { ok: true; approval: Approval } | { ok: false; code: 'not-the-requester' | 'decided' | 'expired' } {
  if (approval.state === 'expired' || (approval.state === 'open' && !isOpen(approval, now)))
    return { ok: false, code: 'expired' };
  if (approval.state !== 'open') return { ok: false, code: 'decided' };
  if (!isSamePerson(person, approval.requester)) return { ok: false, code: 'not-the-requester' };
  return { ok: true, approval: { ...approval, state: 'withdrawn', endedAt: now } };
}

/** The approval once its time is over; undefined where it is not, or where it has ended. */
export function expire(approval: Approval, now: number): Approval | undefined {
  if (approval.state !== 'open' || now < approval.expiresAt) return undefined;
  return { ...approval, state: 'expired', endedAt: now };
}

/** An open or approved one that must not count; what has ended otherwise stays as it is. */
export function annul(approval: Approval, because: string, now: number): Approval | undefined {
  if (approval.state !== 'open' && approval.state !== 'approved') return undefined;
  return { ...approval, state: 'void', voidBecause: because, endedAt: now };
}

/** When people are reminded: at half time, once. */
function reminderAt(approval: Approval): number {
  return approval.askedAt + Math.floor((approval.expiresAt - approval.askedAt) / 2);
}

export function isReminderDue(approval: Approval, now: number): boolean {
  return isOpen(approval, now) && approval.remindedAt === undefined && now >= reminderAt(approval);
}

/** Whether nobody who may ask could ever be approved: one operator alone, who is the only approver. */
export function nobodyCanApprove(target: {
  operators: readonly string[];
  approvers: readonly string[];
  approvalsRequired: number;
}): boolean {
  const { operators, approvers, approvalsRequired } = target;
  return operators.every((id) => !id.startsWith('S') && !canBeApproved(approvers, approvalsRequired, id));
}

/** Whether as many others as it takes could approve: groups may have anybody in them, people are counted. */
export function canBeApproved(approvers: readonly string[], required: number, requester: string): boolean {
  if (!Number.isFinite(requiredApprovals(required, required))) return false;
  if (approvers.some((id) => id.startsWith('S'))) return true;
  return new Set(approvers.filter((id) => id !== requester)).size >= required;
}
