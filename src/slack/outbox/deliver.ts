import type { WebClient } from '@slack/web-api';
import type { Log } from '../../core/ports/log.ts';
import type { MessageHead, OutboxMessage } from '../../core/store/messages.ts';
import { NO_UNFURL } from '../kit/blocks.ts';
import type { Rendered, Richness } from '../kit/rendered.ts';
import { type CallResult, callSlack } from '../kit/slack-call.ts';
import { createUpload, type Delivered } from './upload.ts';

/** Slack takes less than the bot sent: say it more simply. */
const TOO_RICH = new Set(['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long', 'msg_too_long']);
/** The code where a message cannot even be rendered, as one that another version of the bot has stored. */
const NOT_RENDERED = 'not rendered';

export type Deliver = (
  message: OutboxMessage,
  parent: MessageHead | undefined,
  render: (richness: Richness) => Rendered,
) => Promise<CallResult<Delivered>>;

/** Posts or edits one message and gives its ts; what Slack refuses as too rich is said more simply at once. */
export function createDeliver(deps: { client: WebClient; log: Log; fetch: typeof fetch }): Deliver {
  const { client, log } = deps;
  let richest: Exclude<Richness, 'text'> = 'full';

  function call(message: OutboxMessage, parent: MessageHead | undefined, rendered: Rendered) {
    const { channel, ts } = message;
    const content = { channel, ...rendered };
    return callSlack<Delivered>(async () => {
      if (ts !== undefined) {
        await client.chat.update({ ...content, ts });
        return { ts };
      }
      const thread =
        parent?.ts === undefined ? {} : { thread_ts: parent.ts, reply_broadcast: message.broadcast };
      const posted = await client.chat.postMessage({ ...content, ...thread, ...NO_UNFURL });
      const isAstray =
        parent?.ts !== undefined && posted.message !== undefined && posted.message.thread_ts === undefined;
      return { ts: posted.ts ?? '', isAstray };
    });
  }

  const upload = createUpload(deps);

  return async (message, parent, render) => {
    if (message.view.kind === 'file') return upload(message.view, message.channel, parent?.ts);
    let result: CallResult<Delivered> = { kind: 'refused', code: NOT_RENDERED, details: [] };
    const levels: Richness[] = richest === 'full' ? ['full', 'plain', 'text'] : ['plain', 'text'];
    for (const richness of levels) {
      let rendered: Rendered;
      try {
        rendered = render(richness);
      } catch (error) {
        log.error({ err: error, message: message.id }, 'a message could not be made');
        return { kind: 'refused', code: NOT_RENDERED, details: [] };
      }
      result = await call(message, parent, rendered);
      if (result.kind !== 'refused' || !TOO_RICH.has(result.code)) return result;
      const { code, details } = result;
      log.warn({ message: message.id, richness, code, details }, 'Slack refused the blocks of a message');
      if (richness === 'full' && code.startsWith('invalid_blocks')) richest = 'plain';
    }
    return result;
  };
}
