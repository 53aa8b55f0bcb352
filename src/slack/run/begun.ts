import type { Reply } from '../../commands/base/reply.ts';
import { COMMAND } from '../../commands/base/verb.ts';
import { escapeMrkdwn } from '../../core/text/text.ts';
import { code, context, mrkdwn } from '../kit/blocks.ts';
import type { Rendered } from '../kit/rendered.ts';

/** To whoever started a run that is no backup. */
export function begun({ runId, channel, what, isDelayed }: Extract<Reply, { view: 'begun' }>): Rendered {
  const text = `${code(runId)} begins: ${escapeMrkdwn(what)}. Its progress and result are in <#${channel}>.`;
  return {
    text,
    blocks: [
      mrkdwn(text),
      ...(isDelayed
        ? [mrkdwn('The bot’s engine did not answer; it starts the run by itself when it does.')]
        : []),
      context(`To stop it: ${code(`${COMMAND} cancel ${runId}`)}`),
    ],
  };
}
