import type { Reply } from '../../commands/reply.ts';
import { escapeMrkdwn } from '../../core/text.ts';
import { code, mrkdwn } from '../blocks.ts';
import type { Rendered } from './rendered.ts';

export function canceling(reply: Extract<Reply, { view: 'canceling' }>): Rendered {
  const said = reply.runId.startsWith('cl-') ? 'what was deleted and what was not' : 'what remains in EC2';
  const text =
    `Run ${code(reply.runId)} of *${escapeMrkdwn(reply.target)}* stops at its next safe point. ` +
    `Its message will say ${said}.`;
  return { text, blocks: [mrkdwn(text)] };
}
