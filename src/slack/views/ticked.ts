import type { Reply } from '../../commands/reply.ts';
import { escapeMrkdwn } from '../../core/text.ts';
import { counted } from '../../core/words.ts';
import { mrkdwn } from '../blocks.ts';
import type { Rendered } from './rendered.ts';

/** The answer to whoever ticked an item of a list. */
export function ticked({ title, isDone, open }: Extract<Reply, { view: 'ticked' }>): Rendered {
  const left = open === 0 ? 'That was the last one.' : `${counted(open, 'item')} left.`;
  const text = `“${escapeMrkdwn(title)}” is ${isDone ? 'ticked, with your name and the time' : 'open again'}. ${left}`;
  return { text, blocks: [mrkdwn(text)] };
}
