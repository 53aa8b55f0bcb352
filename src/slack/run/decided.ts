import type { Reply } from '../../commands/base/reply.ts';
import { escapeMrkdwn } from '../../core/text/text.ts';
import { counted } from '../../core/text/words.ts';
import { code, mrkdwn } from '../kit/blocks.ts';
import type { Rendered } from '../kit/rendered.ts';

/** The answer to whoever decided what a run waits for. */
export function decided(reply: Extract<Reply, { view: 'decided' }>): Rendered {
  const label = `“${escapeMrkdwn(reply.label)}”`;
  const run = code(reply.runId);
  const text =
    reply.missing === 0
      ? `${label} is noted; ${run} goes on with it, as its message shows.`
      : `${label} is noted, and nothing was done yet: ${counted(reply.missing, 'approver')} more must press it in the message of ${run}.`;
  return { text, blocks: [mrkdwn(text)] };
}
