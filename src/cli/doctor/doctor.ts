import type { Reply } from '../../commands/base/reply.ts';
import { countOf, type Mark } from '../../core/doctor/line.ts';
import { counted } from '../../core/text/words.ts';
import type { Piece, Tone } from '../text.ts';

const TONE: Record<Mark, Tone> = { ok: 'good', warning: 'warning', failure: 'bad', skipped: 'dim' };

export function doctor({ lines }: Extract<Reply, { view: 'doctor' }>): Piece[] {
  const count = countOf(lines);
  return [
    {
      head: ['ABOUT', 'LOOK', 'IS', 'SEEN'],
      rows: lines.map(({ target, title, mark, text, next }) => [
        target ?? 'the bot',
        title,
        { tone: TONE[mark], text: mark },
        next === undefined ? text : `${text} ${next}`,
      ]),
    },
    {
      tone: count.failure > 0 ? 'bad' : count.warning > 0 ? 'warning' : 'good',
      text: `${counted(count.failure, 'failure')}, ${counted(count.warning, 'warning')}, ${count.ok} as it should be. Nothing was changed.`,
    },
  ];
}
