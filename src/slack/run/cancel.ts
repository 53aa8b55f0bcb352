import type { Reply } from '../../commands/base/reply.ts';
import { escapeMrkdwn } from '../../core/text/text.ts';
import { code, mrkdwn } from '../kit/blocks.ts';
import type { Rendered } from '../kit/rendered.ts';

export function canceling(reply: Extract<Reply, { view: 'canceling' }>): Rendered {
  const said = reply.runId.startsWith('cl-') ? 'what was deleted and what was not' : 'what remains in EC2';
  const text =
    `Run ${code(reply.runId)} of *${escapeMrkdwn(reply.target)}* stops at its next safe point. ` +
    `Its message will say ${said}.`;
  return { text, blocks: [mrkdwn(text)] };
}
