import type { Reply } from '../../commands/base/reply.ts';
import { escapeMrkdwn } from '../../core/text/text.ts';
import { code, mrkdwn } from '../kit/blocks.ts';
import type { Rendered } from '../kit/rendered.ts';

/** The answer to whoever decided what a run waits for. */
export function decided(reply: Extract<Reply, { view: 'decided' }>): Rendered {
  const text = `“${escapeMrkdwn(reply.label)}” is noted; ${code(reply.runId)} goes on with it, as its message shows.`;
  return { text, blocks: [mrkdwn(text)] };
}
