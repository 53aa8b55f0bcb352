import type { AnyBlock } from '@slack/types';
import { cut } from '../../core/text/text.ts';
import { context, LIMITS } from './blocks.ts';
import type { Rendered } from './rendered.ts';

/** Slack takes about 13,000 characters in all blocks together (facts: slack.md); the rest is for the note on what is missing. */
const CHARACTERS = 12_500;
const LEFT_OUT = 'Parts are left out here: they are longer than Slack takes in one message.';

/**
 * What Slack takes of a message, so that one long text does not keep the rest from being seen: what stands further up
 * goes first, buttons stay, and that something is missing is said.
 */
export function withinLimits({ text, blocks }: Rendered): Rendered {
  const buttons = blocks.filter(isActions);
  let left = CHARACTERS - buttons.reduce((sum, block) => sum + characters(block), 0);
  let room = LIMITS.blocks - buttons.length;
  const whole =
    blocks.length <= LIMITS.blocks && blocks.reduce((sum, b) => sum + characters(b), 0) <= CHARACTERS;
  const kept = blocks.filter((block) => {
    if (whole || isActions(block)) return true;
    const size = characters(block);
    if (size > left || room <= 1) return false;
    left -= size;
    room -= 1;
    return true;
  });
  return { text: cut(text, LIMITS.topText), blocks: whole ? kept : withNote(kept) };
}

function withNote(blocks: AnyBlock[]): AnyBlock[] {
  const at = blocks.findIndex(isActions);
  return at < 0
    ? [...blocks, context(LEFT_OUT)]
    : [...blocks.slice(0, at), context(LEFT_OUT), ...blocks.slice(at)];
}

function isActions(block: AnyBlock): boolean {
  return block.type === 'actions';
}

/** UTF-16 units of all texts in a block: never fewer than Slack counts. */
function characters(value: unknown, key = ''): number {
  if (typeof value === 'string') return key === 'text' || key === 'title' ? value.length : 0;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce((sum, [name, item]) => sum + characters(item, name), 0);
}
