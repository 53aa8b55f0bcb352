import type { AnyBlock, RichTextBlock } from '@slack/types';
import type { PlanSection } from '../../core/approval/approval.ts';
import { cut } from '../../core/text/text.ts';
import { LINE_MAX, LINES_MAX, SECTIONS_MAX } from '../../runs/approval-messages.ts';
import { plain } from './blocks.ts';
import type { Richness } from './rendered.ts';

const ICON = { danger: 'rotating_light', unsure: 'grey_question' } as const;
const IN_TEXT = { danger: 'DANGER: ', unsure: 'NOT SURE: ' } as const;

/** What would be done, exactly as the plan says it: nothing in it pings, links or formats. */
export function planBlocks(sections: readonly PlanSection[], richness: Richness): AnyBlock[] {
  return sections
    .slice(0, SECTIONS_MAX)
    .map((section) => (richness === 'full' ? richSection(section) : plain(sectionText(section))));
}

export function sectionText({ title, lines, tone }: PlanSection): string {
  const mark = tone === undefined ? '' : IN_TEXT[tone];
  return [`${mark}${title}`, ...shown(lines).map((line) => `• ${line}`)].join('\n');
}

function richSection({ title, lines, tone }: PlanSection): RichTextBlock {
  const icon =
    tone === undefined
      ? []
      : [
          { type: 'emoji' as const, name: ICON[tone] },
          { type: 'text' as const, text: ' ' },
        ];
  const items = shown(lines).map((line) => ({
    type: 'rich_text_section' as const,
    elements: [{ type: 'text' as const, text: line }],
  }));
  return {
    type: 'rich_text',
    elements: [
      {
        type: 'rich_text_section',
        elements: [...icon, { type: 'text', text: filled(title), style: { bold: true } }],
      },
      ...(items.length === 0
        ? []
        : [{ type: 'rich_text_list' as const, style: 'bullet' as const, elements: items }]),
    ],
  };
}

function shown(lines: readonly string[]): string[] {
  const rest = lines.length - LINES_MAX;
  return [
    ...lines.slice(0, LINES_MAX).map((line) => filled(cut(line, LINE_MAX))),
    ...(rest > 0 ? [`and ${rest} more lines, in the thread`] : []),
  ];
}

/** Slack refuses a message for one empty text. */
function filled(text: string): string {
  return text.trim() === '' ? '–' : text;
}
