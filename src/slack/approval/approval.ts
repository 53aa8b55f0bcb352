import type { AnyBlock } from '@slack/types';
import { approvalsOf, type ShownApproval, type Vote } from '../../core/approval/approval.ts';
import type { MessageView } from '../../core/store/messages.ts';
import { cut, escapeMrkdwn } from '../../core/text/text.ts';
import { counted, listInWords } from '../../core/text/words.ts';
import {
  actions,
  button,
  code,
  context,
  header,
  LIMITS,
  mention,
  mentionOf,
  mrkdwn,
  permalink,
  plain,
  when,
} from '../kit/blocks.ts';
import { planBlocks, sectionText } from '../kit/plan.ts';
import type { Rendered, Richness } from '../kit/rendered.ts';
import { whyDirect } from '../outbox/replacement.ts';

/** Values of the three: the run's id and the plan's digest, with a blank between them. */
export const APPROVE = 'circleci-backup:approve';
export const DENY = 'circleci-backup:deny';
export const WITHDRAW = 'circleci-backup:withdraw';

const HEAD = {
  open: ':raised_hand: Approval needed',
  approved: ':white_check_mark: Approved',
  denied: ':no_entry: Denied',
  expired: ':hourglass: Expired',
  withdrawn: ':leftwards_arrow_with_hook: Withdrawn',
  void: ':warning: No longer counts',
} as const;

type View = Extract<MessageView, { kind: 'approval' }>;

/** A request and its whole life: asked, voted on, ended. The buttons stand there only while a click counts. */
export function approvalMessage(view: View, richness: Richness, workspaceUrl: string): Rendered {
  const { approval } = view;
  const { plan, state } = approval;
  const title = `${HEAD[state]}: ${plan.summary}`;
  const text = [
    escapeMrkdwn(title.replace(/^:[a-z_]+: /, '')) +
      (state === 'open' ? ` (${listInWords(approval.approvers.slice(0, 5).map(mention))})` : ''),
    ...(richness === 'text' ? asText(view, workspaceUrl) : []),
  ].join('\n');
  if (richness === 'text') return { text, blocks: [] };
  const isLong = Array.from(title).length > LIMITS.header;
  return {
    text,
    blocks: [
      header(title),
      ...(isLong ? [plain(plan.summary)] : []),
      context(...about(approval)),
      ...(approval.reason === undefined ? [] : [plain(`Why: ${approval.reason}`)]),
      ...(view.continued
        ? [context('This request’s first message could not be kept up to date; from here on this one is.')]
        : []),
      ...(view.insteadOf === undefined ? [] : [context(whyDirect(view.insteadOf))]),
      // Where a message is too long its end is left out: what a decision needs besides the plan stands before it.
      ...voteBlocks(approval),
      mrkdwn(outcomeLine(approval, workspaceUrl, view.run)),
      ...(view.cut ? [context('Parts of the plan are cut here; all of it is in the thread.')] : []),
      ...planBlocks(plan.sections, richness),
      ...(state === 'open' && view.insteadOf === undefined ? [buttons(approval)] : []),
    ],
  };
}

function about(approval: ShownApproval): string[] {
  return [
    code(approval.runId),
    `asked for by ${mentionOf(approval.requester)}`,
    when(approval.askedAt),
    ...(approval.state === 'open' ? [`expires ${when(approval.expiresAt)}`] : []),
  ];
}

function buttons({ runId, digest, plan, mustType }: ShownApproval): AnyBlock {
  const value = `${runId} ${digest}`;
  return actions(
    button({
      text: 'Approve',
      actionId: APPROVE,
      value,
      style: 'primary',
      // Where something has to be typed, that is the second thought.
      ...(mustType === undefined
        ? {
            confirm: {
              title: 'Approve this?',
              text: `${cut(plan.summary, 150)}. The bot does it as soon as it has all approvals, exactly as the plan says.`,
              confirm: 'Approve',
              deny: 'Not yet',
            },
          }
        : {}),
    }),
    button({ text: 'Deny', actionId: DENY, value, style: 'danger' }),
    button({
      text: 'Withdraw',
      actionId: WITHDRAW,
      value,
      confirm: {
        title: 'Withdraw this request?',
        text: 'Only whoever asked can do that. Nothing is done, and it can be asked for again.',
        confirm: 'Withdraw',
        deny: 'Keep it',
      },
    }),
  );
}

/** How many there are, who can, and what happens then; mrkdwn. */
function needed(approval: ShownApproval): string {
  const { required, approvers, mustType } = approval;
  const names = approvers.slice(0, 10).map(mention);
  const more = approvers.length - names.length;
  return (
    `*${approvalsOf(approval).length} of ${counted(required, 'approval')}.* Can approve: ` +
    `${listInWords(more > 0 ? [...names, `${more} more`] : names)}, but not who asked. ` +
    'With the last approval the bot begins at once, and shows the run here.' +
    (mustType === undefined ? '' : ` Whoever approves types ${code(mustType)}.`)
  );
}

function voteBlocks({ votes }: ShownApproval): AnyBlock[] {
  return votes.flatMap((vote) => [
    context(voteLine(vote)),
    ...(vote.reason === undefined ? [] : [plain(`Reason: ${vote.reason}`)]),
  ]);
}

function voteLine({ vote, person, at }: Vote): string {
  return vote === 'approve'
    ? `:white_check_mark: ${mention(person.userId)} approved ${when(at)}`
    : `:no_entry: ${mention(person.userId)} denied ${when(at)}`;
}

/** What it waits for, or what came of it; who voted stands above it. mrkdwn. */
function outcomeLine(approval: ShownApproval, workspaceUrl: string, run: View['run']): string {
  const { state, runId, requester, required, endedAt, voidBecause } = approval;
  const at = endedAt === undefined ? '' : ` ${when(endedAt)}`;
  switch (state) {
    case 'open':
      return needed(approval);
    case 'approved': {
      const where = run === undefined ? '' : `: <${permalink(workspaceUrl, run)}|its message>`;
      return `The bot has begun ${code(runId)}${where}.`;
    }
    case 'denied':
      return 'Nothing was done.';
    case 'expired':
      return (
        `It expired${at} with ${approvalsOf(approval).length} of ${counted(required, 'approval')}. Nothing was done. ` +
        `${mentionOf(requester)} can type the command again.`
      );
    case 'withdrawn':
      return `Withdrawn by ${mentionOf(requester)}${at}. Nothing was done.`;
    case 'void':
      return `${escapeMrkdwn(voidBecause ?? 'It was made void.')} Nothing was done.`;
  }
}

/** What matters of the blocks, where Slack takes none; mrkdwn. */
function asText(view: View, workspaceUrl: string): string[] {
  const { approval } = view;
  const { plan, runId, requester, reason, state, expiresAt } = approval;
  return [
    `${code(runId)}, asked for by ${mentionOf(requester)}${state === 'open' ? `, expires ${when(expiresAt)}` : ''}`,
    ...(reason === undefined ? [] : [escapeMrkdwn(`Why: ${reason}`)]),
    ...(view.insteadOf === undefined ? [] : [whyDirect(view.insteadOf)]),
    ...approval.votes.map(voteLine),
    outcomeLine(approval, workspaceUrl, view.run),
    ...plan.sections.map((section) => escapeMrkdwn(sectionText(section))),
  ];
}
