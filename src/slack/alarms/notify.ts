import type { Reply } from '../../commands/base/reply.ts';
import type { MessageView } from '../../core/store/messages.ts';
import { escapeMrkdwn } from '../../core/text/text.ts';
import { listInWords } from '../../core/text/words.ts';
import { context, mention, mrkdwn } from '../kit/blocks.ts';
import { CALLED_MAX, calls } from '../kit/mentions.ts';
import type { Rendered } from '../kit/rendered.ts';
import { whyDirect } from '../outbox/replacement.ts';

/** What a failure would look like: its icon and its mentions, and from the first word on no doubt that it is none. */
export function failureTest(view: Extract<MessageView, { kind: 'test' }>): Rendered {
  const text =
    `TEST :x: ${calls(view.mentions)}the backup of ${escapeMrkdwn(view.target)} failed. Why, and what to do next, would ` +
    'stand here.\nNothing has failed: this shows what a failure looks like, and whom it calls. Asked for by ' +
    `${mention(view.requester.userId)}`;
  const why = view.insteadOf === undefined ? [] : [context(whyDirect(view.insteadOf))];
  return { text, blocks: [mrkdwn(text), ...why] };
}

/** Where a failure goes, for who asked. */
export function notified({ target, isMember, pings }: Extract<Reply, { view: 'notified' }>): Rendered {
  const where = `<#${target.channel}>`;
  const called = listInWords(target.operators.slice(0, CALLED_MAX).map(mention));
  const more = target.operators.length - CALLED_MAX;
  const whom = `${called}${more > 0 ? ` (the first ${CALLED_MAX} of OPERATORS; the other ${more} are not called)` : ''}`;
  const posted =
    isMember === 'no'
      ? `:warning: Nothing was posted: I am not a member of ${where}, so no failure of *${escapeMrkdwn(target.name)}* would be ` +
        `seen there. Invite me, or set BACKUP_CHANNEL to another channel, and test again. It would call ${whom}.`
      : `A test of a failure of *${escapeMrkdwn(target.name)}* goes to ${where}. It calls ${whom}.`;
  const unsure =
    isMember === 'unknown'
      ? [':warning: Slack does not confirm that I am a member there: see for yourself that it arrived.']
      : [];
  const ping = pings
    ? 'PING_URL is set: a real failure tells that address, too. This test did not.'
    : 'PING_URL is not set: where Slack is not read, nobody hears of a failure.';
  return {
    text: isMember === 'no' ? 'The test was not posted.' : 'A test of a failure is on its way.',
    blocks: [mrkdwn([posted, ...unsure].join('\n')), context(ping)],
  };
}
