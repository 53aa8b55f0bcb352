import type { Asked, Reply } from '../../commands/base/reply.ts';
import { COMMAND } from '../../commands/base/verb.ts';
import { escapeMrkdwn } from '../../core/text/text.ts';
import { counted, listInWords } from '../../core/text/words.ts';
import { code, context, mention, mrkdwn, permalink, when } from '../kit/blocks.ts';
import type { Rendered } from '../kit/rendered.ts';

/** To whoever asked: nothing was done yet, and what it waits for. */
export function asked(reply: Asked, workspaceUrl: string): Rendered {
  const { runId, summary, channel, approvers, required, expiresAt, message } = reply;
  const link = message === undefined ? '' : ` (<${permalink(workspaceUrl, message)}|the request>)`;
  const names = approvers.slice(0, 10).map(mention);
  const more = approvers.length - names.length;
  const text =
    `${reply.again ? 'You have asked for this already' : 'This needs an approval, and nothing was done yet'}: ` +
    `${escapeMrkdwn(summary)}.`;
  return {
    text,
    blocks: [
      mrkdwn(
        `${text}\nIt waits as ${code(runId)} in <#${channel}>${link} for ${counted(required, 'approval')} by ` +
          `${listInWords(more > 0 ? [...names, `${more} more`] : names)}, until ${when(expiresAt)}. You cannot approve it yourself.`,
      ),
      context(`To take it back: press Withdraw there, or type ${code(`${COMMAND} cancel ${runId}`)}`),
    ],
  };
}

/** To whoever voted. */
export function voted(reply: Extract<Reply, { view: 'voted' }>): Rendered {
  const text = `${votedWords(reply)} ${escapeMrkdwn(reply.summary)}.`;
  const { runId, channel, count, required, state, isDelayed } = reply;
  const then =
    state === 'approved'
      ? `The bot begins ${code(runId)}; its progress and result are in <#${channel}>.`
      : state === 'open'
        ? `It has ${count} of ${counted(required, 'approval')}; nothing was done yet.`
        : 'Nothing was done, and whoever asked is told.';
  return {
    text,
    blocks: [
      mrkdwn(`${text}\n${then}`),
      ...(isDelayed
        ? [mrkdwn('The bot’s engine did not answer; it starts the run by itself when it does.')]
        : []),
      ...(state === 'approved' ? [context(`To stop it: ${code(`${COMMAND} cancel ${runId}`)}`)] : []),
    ],
  };
}

function votedWords({ vote }: Extract<Reply, { view: 'voted' }>): string {
  return vote === 'approve' ? 'You have approved:' : 'You have denied:';
}

export function withdrawn(reply: Extract<Reply, { view: 'withdrawn' }>): Rendered {
  const text = `You have withdrawn your request ${code(reply.runId)}: ${escapeMrkdwn(reply.summary)}. Nothing was done.`;
  return { text, blocks: [mrkdwn(text)] };
}
