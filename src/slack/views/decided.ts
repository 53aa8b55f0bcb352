import type { Reply } from '../../commands/reply.ts';
import { escapeMrkdwn } from '../../core/text.ts';
import { code, mrkdwn } from '../blocks.ts';
import type { Rendered } from './rendered.ts';

/** The answer to whoever decided what a run waits for. */
export function decided(reply: Extract<Reply, { view: 'decided' }>): Rendered {
  const text = `“${escapeMrkdwn(reply.label)}” is noted; ${code(reply.runId)} goes on with it, as its message shows.`;
  return { text, blocks: [mrkdwn(text)] };
}
