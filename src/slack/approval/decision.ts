import { approvalsOf, type ShownApproval } from '../../core/approval/approval.ts';
import type { MessageView } from '../../core/store/messages.ts';
import { escapeMrkdwn } from '../../core/text/text.ts';
import { counted, listInWords } from '../../core/text/words.ts';
import { code, context, mention, mrkdwn, plain } from '../kit/blocks.ts';
import type { Rendered } from '../kit/rendered.ts';
import { whyDirect } from '../outbox/replacement.ts';

/** To whoever asked: how their request ended. */
export function decisionMessage({
  approval,
  insteadOf,
}: Extract<MessageView, { kind: 'decision' }>): Rendered {
  const { plan, votes, channel } = approval;
  const denial = votes.find(({ vote }) => vote === 'deny');
  const text = `Your request in <#${channel}>: ${escapeMrkdwn(plan.summary)}. ${how(approval)}`;
  return {
    text,
    blocks: [
      mrkdwn(text),
      ...(denial?.reason === undefined ? [] : [plain(`Reason: ${denial.reason}`)]),
      ...(insteadOf === undefined ? [] : [context(whyDirect(insteadOf))]),
    ],
  };
}

function how(approval: ShownApproval): string {
  const { state, runId, votes, required, voidBecause } = approval;
  const by = (vote: 'approve' | 'deny') =>
    listInWords(votes.filter((one) => one.vote === vote).map(({ person }) => mention(person.userId)));
  switch (state) {
    case 'approved':
      return `It was approved by ${by('approve')}, and the bot has begun ${code(runId)}.`;
    case 'denied':
      return `It was denied by ${by('deny')}. Nothing was done.`;
    case 'expired':
      return (
        `It expired with ${approvalsOf(approval).length} of ${counted(required, 'approval')}. Nothing was done; you can ` +
        'type the command again.'
      );
    case 'void':
      return `It no longer counts. ${escapeMrkdwn(voidBecause ?? '')} Nothing was done.`;
    case 'withdrawn':
      return 'You have withdrawn it. Nothing was done.';
    case 'open':
      return 'It waits for a decision.';
  }
}
