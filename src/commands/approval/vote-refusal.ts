import { type Approval, approvalsOf, type Ballot, type VoteRefusal } from '../../core/approval/approval.ts';
import { targetNamed } from '../../core/model/target.ts';
import type { Lock } from '../../core/store/locks.ts';
import { durationInWords, utcTime } from '../../core/text/words.ts';
import type { Reply } from '../base/reply.ts';
import { runningRun } from '../base/running.ts';
import { COMMAND, type Needs } from '../base/verb.ts';

export function outOfDate(): Reply {
  return {
    view: 'refusal',
    reason: 'This request is not in the bot’s database, so nobody can decide on it. Nothing was done.',
    next: 'Whoever asked can type the command again.',
  };
}

/** Why a vote does not count; never a word less than what the person has to know next. */
export function refusedVote(
  code: VoteRefusal,
  approval: Approval,
  { vote, person }: Pick<Ballot, 'vote' | 'person'>,
  deps: Needs<'clock' | 'targets'>,
): Reply {
  const yours = `Your ${vote === 'approve' ? 'approval' : 'denial'} was not recorded.`;
  switch (code) {
    case 'expired':
      return refusal(
        `This request expired ${durationInWords(deps.clock.now() - approval.expiresAt)} ago. ${yours}`,
        {
          next: 'Whoever asked can type the command again. It was asked for by:',
          people: [approval.requester.userId],
        },
      );
    case 'decided':
      return decided(approval, yours);
    case 'plan-changed':
      return refusal(`This request no longer counts: what would be done is not what you see. ${yours}`, {
        next: 'Whoever asked can type the command again. It was asked for by:',
        people: [approval.requester.userId],
      });
    case 'own-request':
      return refusal(
        `This is your own request, and somebody else has to ${vote}. ${yours}`,
        vote === 'deny'
          ? { next: 'To take it back, press Withdraw.' }
          : { next: 'Ask one of them:', people: approval.approvers },
      );
    case 'bot-or-guest':
      return refusal(`Bots, guests and people of other workspaces cannot decide on a request. ${yours}`);
    case 'not-an-approver':
      return refusal(`You are not an approver of ${approval.plan.target}. ${yours}`, {
        next: 'Ask one of them:',
        people: targetNamed(deps.targets, approval.plan.target)?.approvers ?? approval.approvers,
      });
    case 'cannot-confirm':
      return refusal(`Slack cannot confirm right now whether you may decide on it. ${yours}`, {
        next: `Click again in a minute. The request expires ${utcTime(approval.expiresAt)}.`,
      });
    case 'voted-already':
      return votedAlready(approval, person.userId, vote);
    case 'typed-wrong':
      return refusal(`What you typed is not “${approval.mustType ?? ''}”. ${yours}`, {
        next: 'Press Approve again, and type exactly that.',
      });
    case 'count-unreadable':
      return refusal(`How many people have to approve this request cannot be read, so nobody can. ${yours}`, {
        next: 'Look at APPROVALS_REQUIRED; then whoever asked can type the command again. It was asked for by:',
        people: [approval.requester.userId],
      });
  }
}

/** The lock of the target is another run's at the very moment of the last approval. */
export async function busyVote(by: Lock, approval: Approval, deps: Needs<'clock' | 'store'>): Promise<Reply> {
  return {
    view: 'busy',
    running: await runningRun(by, deps.store),
    target: approval.plan.target,
    now: deps.clock.now(),
    voting: { expiresAt: approval.expiresAt },
  };
}

function decided(approval: Approval, yours: string): Reply {
  const { state, votes, requester } = approval;
  if (state === 'withdrawn') {
    return refusal(`This request was withdrawn. ${yours}`, { next: 'By:', people: [requester.userId] });
  }
  const by = state === 'denied' ? votes.filter((one) => one.vote === 'deny') : approvalsOf(approval);
  return refusal(`This request was ${state} already. ${yours}`, {
    next: 'By:',
    people: by.map((one) => one.person.userId),
    ...(state === 'approved' ? { usage: `${COMMAND} status ${approval.plan.target}` } : {}),
  });
}

function votedAlready(approval: Approval, userId: string, vote: Ballot['vote']): Reply {
  const missing = approval.required - approvalsOf(approval).length;
  const open = approval.approvers.filter((id) => id !== userId && id !== approval.requester.userId);
  return refusal(`You have approved this already, and a person counts once. Your click changed nothing.`, {
    next:
      vote === 'deny'
        ? 'To stop it, another approver can deny it, or whoever asked withdraws it. They are:'
        : `It still needs ${missing} more. Ask one of them:`,
    people: vote === 'deny' ? [...open, approval.requester.userId] : open,
  });
}

function refusal(
  reason: string,
  more: { next?: string; people?: readonly string[]; usage?: string } = {},
): Reply {
  return { view: 'refusal', reason, ...more };
}
