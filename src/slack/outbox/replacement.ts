import type { InsteadOf } from '../../core/run/run-view.ts';
import { escapeMrkdwn } from '../../core/text/text.ts';
import { NOT_CONFIRMED } from './direct-fallback.ts';

/** Why this direct message comes, and what brings the message to its channel; mrkdwn. */
export function whyDirect({ channel, code }: InsteadOf): string {
  const where = `<#${channel}>`;
  switch (code) {
    case NOT_CONFIRMED:
      return `Slack did not confirm that this stands in ${where}, so you have it here as well.`;
    case 'thread_not_found':
      return `The message in ${where} that this belongs to is gone, so you have it here.`;
    case 'not_in_channel':
      return `I am not a member of ${where}. Invite me there, and this follows.`;
    case 'channel_not_found':
      return `I cannot see the channel ${escapeMrkdwn(channel)}. Invite me there, or set BACKUP_CHANNEL to another one.`;
    case 'is_archived':
      return `${where} is archived. Once it is not, this follows.`;
    default:
      return `Slack does not let me write this in ${where} (${escapeMrkdwn(code)}). I try again every minute.`;
  }
}
