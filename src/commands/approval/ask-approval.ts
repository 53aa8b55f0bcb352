import {
  type Approval,
  approvalMessageId,
  canBeApproved,
  type Plan,
  planDigest,
  wantedBy,
} from '../../core/approval/approval.ts';
import { osUserIn, type Person } from '../../core/model/person.ts';
import type { Target } from '../../core/model/target.ts';
import { cut, oneLine } from '../../core/text/text.ts';
import { counted } from '../../core/text/words.ts';
import { approvalMessage, isTooLong, planNotes } from '../../runs/approval-messages.ts';
import type { Asked, Reply } from '../base/reply.ts';
import type { Needs, PlanDeps } from '../base/verb.ts';

const REASON_MAX = 250;

export interface ApprovalRequest {
  target: Target;
  person: Person;
  plan: Plan;
  /** Why, as it was typed. */
  reason?: string;
}

/**
 * Puts a plan before those who may approve it. Nothing sleeps and nothing is locked meanwhile: the request is a row and
 * a message, and the click that completes it starts the run. The plan's own permission was checked by the verb.
 */
export async function askApproval(request: ApprovalRequest, deps: PlanDeps): Promise<Reply> {
  const approval = approvalOf(request, deps);
  const refused = await refusalOf(request, deps);
  if (refused !== undefined) {
    await noteRefusal(approval, refused.code, deps);
    return { view: 'refusal', reason: `${refused.reason} Nothing was done.`, next: refused.next };
  }
  const { runId, plan, askedAt: at, requester, reason } = approval;
  const earlier = await deps.store.transaction(async (store): Promise<Approval | undefined> => {
    const same = (await store.approvals.open()).find(({ value }) => isSame(value, approval, at));
    if (same !== undefined) return same.value;
    if (!(await store.approvals.insert(runId, approval, true)))
      throw new Error(`there is a request for ${runId} already`);
    await store.messages.put(approvalMessage(approval), at);
    for (const note of planNotes(approval)) await store.messages.put(note, at);
    await store.audit.append({
      at,
      kind: 'request',
      verb: plan.action,
      target: plan.target,
      runId,
      actor: requester,
      detail: {
        summary: plan.summary,
        digest: approval.digest,
        required: approval.required,
        expiresAt: approval.expiresAt,
        ...(reason === undefined ? {} : { reason }),
      },
    });
    return undefined;
  });
  deps.notifier.wake();
  return asked(earlier ?? approval, earlier !== undefined, deps);
}

function approvalOf(request: ApprovalRequest, deps: Needs<'clock' | 'digest'>): Approval {
  const { target, person, plan } = request;
  const { mustType } = plan;
  const reason = cut(oneLine(request.reason ?? ''), REASON_MAX);
  const at = deps.clock.now();
  return {
    runId: plan.start.view.runId,
    plan,
    digest: planDigest(plan, deps.digest),
    channel: target.channel,
    requester: person,
    ...(reason === '' ? {} : { reason }),
    approvers: target.approvers,
    required: requiredOf(target, person),
    ...(mustType === undefined ? {} : { mustType }),
    askedAt: at,
    expiresAt: at + target.approvalExpiresMs,
    state: 'open',
    votes: [],
  };
}

/** Nobody knows whether a user of the operating system is one of those who approve: one more of them has to. */
function requiredOf({ approvalsRequired }: Target, { userId }: Person): number {
  return approvalsRequired + (osUserIn(userId) === undefined ? 0 : 1);
}

interface Refused {
  code: string;
  reason: string;
  next: string;
}

async function refusalOf(
  { target, person, plan }: ApprovalRequest,
  { members }: Needs<'members'>,
): Promise<Refused | undefined> {
  const { approvers } = target;
  const required = requiredOf(target, person);
  if (!canBeApproved(approvers, required, person.userId)) {
    return {
      code: 'nobody-could-approve',
      reason:
        `This needs ${counted(required, 'approval')} by other people than you, and the configuration names too few ` +
        `of them for ${target.name}.`,
      next: 'Ask another operator to type the command, or add people or a user group to APPROVERS.',
    };
  }
  if (isTooLong(plan.sections)) {
    return {
      code: 'plan-too-long',
      reason: 'The plan is longer than anybody would read before approving it.',
      next: 'Ask for less at once.',
    };
  }
  if ((await members.botIsIn(target.channel)) === 'no') {
    return {
      code: 'not-in-channel',
      reason: `I am not a member of the channel ${target.channel}, where the request would be shown.`,
      next: 'Invite me there, then type the command again.',
    };
  }
  return undefined;
}

/** Somebody who types a command twice means it once; about another machine or another list it is another request. */
function isSame(open: Approval, asked: Approval, now: number): boolean {
  return now < open.expiresAt && wantedBy(open) === wantedBy(asked);
}

async function asked(approval: Approval, again: boolean, deps: Needs<'store'>): Promise<Asked> {
  const { runId, plan, channel, approvers, required, expiresAt } = approval;
  const message = await deps.store.messages.get(approvalMessageId(runId));
  return {
    view: 'asked',
    runId,
    summary: plan.summary,
    channel,
    approvers,
    required,
    expiresAt,
    again,
    ...(message?.ts === undefined ? {} : { message: { channel: message.channel, ts: message.ts } }),
  };
}

async function noteRefusal(
  { plan, requester, askedAt }: Approval,
  code: string,
  deps: Needs<'store'>,
): Promise<void> {
  await deps.store.audit.append({
    at: askedAt,
    kind: 'refusal',
    verb: plan.action,
    target: plan.target,
    actor: requester,
    detail: { code },
  });
}
