import type { Reply } from '../../commands/base/reply.ts';
import { escapeMrkdwn } from '../../core/text/text.ts';
import { counted } from '../../core/text/words.ts';
import { mrkdwn } from '../kit/blocks.ts';
import type { Rendered } from '../kit/rendered.ts';

/** The answer to whoever ticked an item of a list. */
export function ticked({ title, isDone, open }: Extract<Reply, { view: 'ticked' }>): Rendered {
  const left = open === 0 ? 'That was the last one.' : `${counted(open, 'item')} left.`;
  const text = `“${escapeMrkdwn(title)}” is ${isDone ? 'ticked, with your name and the time' : 'open again'}. ${left}`;
  return { text, blocks: [mrkdwn(text)] };
}
