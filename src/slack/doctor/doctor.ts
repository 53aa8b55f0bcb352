import type { AnyBlock } from '@slack/types';
import type { Reply } from '../../commands/base/reply.ts';
import { countOf, type DoctorLine, type Mark } from '../../core/doctor/line.ts';
import { cut, escapeMrkdwn } from '../../core/text/text.ts';
import { counted } from '../../core/text/words.ts';
import { context, mrkdwn } from '../kit/blocks.ts';
import type { Rendered } from '../kit/rendered.ts';

const ICON: Record<Mark, string> = {
  ok: ':white_check_mark:',
  warning: ':warning:',
  failure: ':x:',
  skipped: ':white_circle:',
};
/** Two blocks each; of a larger fleet those come first where something fails. */
const SHOWN = 20;
/** A section has 3000 characters. */
const LINE_MAX = 400;
const SECTION_MAX = 2_900;

export function doctor({ lines }: Extract<Reply, { view: 'doctor' }>): Rendered {
  const count = countOf(lines);
  const text = `${counted(count.failure, 'failure')}, ${counted(count.warning, 'warning')}, ${count.ok} as it should be`;
  const subjects = [...new Set(lines.map(({ target }) => target))].map((target) => ({
    target,
    lines: lines.filter((line) => line.target === target),
  }));
  const fails = (one: { lines: DoctorLine[] }) => countOf(one.lines).failure;
  const sorted = [...subjects].sort((a, b) => Number(fails(b) > 0) - Number(fails(a) > 0));
  const more = sorted.length - SHOWN;
  return {
    text,
    blocks: [
      mrkdwn(`*${text}*`),
      ...sorted.slice(0, SHOWN).flatMap(subject),
      ...(more > 0 ? [context(`${more} targets more, with nothing worse.`)] : []),
      context('Nothing was changed. Failures stand in `status` until a later look finds them mended.'),
    ],
  };
}

function subject({ target, lines }: { target: string | undefined; lines: DoctorLine[] }): AnyBlock[] {
  const blocks: string[] = [`*${target === undefined ? 'The bot' : escapeMrkdwn(target)}*`];
  for (const line of lines.map(inMrkdwn)) {
    const last = blocks.length - 1;
    const joined = `${blocks[last]}\n${line}`;
    if (joined.length <= SECTION_MAX) blocks[last] = joined;
    else blocks.push(line);
  }
  return blocks.map((text) => mrkdwn(text));
}

function inMrkdwn({ mark, title, text, next }: DoctorLine): string {
  const then = next === undefined ? '' : ` ${next}`;
  return `${ICON[mark]} *${escapeMrkdwn(title)}*: ${escapeMrkdwn(cut(`${text}${then}`, LINE_MAX))}`;
}
