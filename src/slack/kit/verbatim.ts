import type { AnyBlock } from '@slack/types';
import { cut, escapeMrkdwn } from '../../core/text/text.ts';
import { counted } from '../../core/text/words.ts';
import { mrkdwn } from './blocks.ts';
import type { Richness } from './rendered.ts';

/** In code points. A section takes 3000, and a message's own text 2000 together with what stands before these. */
const LINE_MAX = 300;
const BLOCK_MAX = 2_400;
const TEXT_MAX = 1_500;

/** Lines of a file or of a program as they are, in letters of one width; nothing in them pings, links or formats. */
export function verbatim(lines: readonly string[], richness: Richness): AnyBlock {
  if (richness !== 'full') return mrkdwn(fenced(lines, BLOCK_MAX));
  const text = fitting(
    lines.map((line) => cut(line, LINE_MAX)),
    BLOCK_MAX,
  );
  return {
    type: 'rich_text',
    elements: [
      {
        type: 'rich_text_preformatted',
        elements: [{ type: 'text', text: text.trim() === '' ? '–' : text }],
      },
    ],
  };
}

/** The same where Slack takes no blocks; mrkdwn. */
export function verbatimText(lines: readonly string[]): string {
  return fenced(lines, TEXT_MAX);
}

function fenced(lines: readonly string[], most: number): string {
  // A fence inside would end it.
  const safe = lines.map((line) => escapeMrkdwn(cut(line, LINE_MAX).replaceAll('`', "'")));
  return `\`\`\`\n${fitting(safe, most)}\n\`\`\``;
}

/** Whole lines as long as they fit; the others are counted. */
function fitting(lines: readonly string[], most: number): string {
  let left = most;
  const end = lines.findIndex((line) => {
    left -= Array.from(line).length + 1;
    return left < 0;
  });
  if (end < 0) return lines.join('\n');
  return [...lines.slice(0, end), `… ${counted(lines.length - end, 'more line')}`].join('\n');
}
