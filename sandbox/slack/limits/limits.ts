import type { AnyBlock } from '@slack/types';
import { isRecord } from '../params.ts';
import { SlackError } from '../slack-error.ts';
import { checkBlock } from './block-limits.ts';
import { checkOptionalString, checkText, problem, type ShapeCheck } from './shape-check.ts';

/** The whole message; found by trial in bolt-js#2509. */
const messageCharacters = 13_000;

/** Throws no_text, msg_too_long, invalid_blocks (saying where) or msg_blocks_too_long. `maxText`: 40000 for a post, 4000 for an edit. */
export function checkMessage(
  message: { text: string; blocks: AnyBlock[] },
  options: { newestBlocks: boolean; maxText: number; hasFiles?: boolean },
): void {
  const { text, blocks } = message;
  if (text === '' && blocks.length === 0 && !options.hasFiles) throw new SlackError('no_text');
  if (text.length > options.maxText) throw new SlackError('msg_too_long');
  const check: ShapeCheck = { problems: [], surface: 'message', newestBlocks: options.newestBlocks };
  checkBlocks(check, blocks, '/blocks', 50);
  if (check.problems.length > 0) throw new SlackError('invalid_blocks', check.problems);
  if (shownCharacters(blocks) > messageCharacters) throw new SlackError('msg_blocks_too_long');
}

/** Throws invalid_arguments with the places, as Slack does for views. */
export function checkView(view: unknown, options: { newestBlocks: boolean; type: 'modal' | 'home' }): void {
  const check: ShapeCheck = { problems: [], surface: options.type, newestBlocks: options.newestBlocks };
  if (!isRecord(view)) problem(check, '/view', 'must provide an object');
  else checkViewFields(check, view, options.type);
  if (check.problems.length > 0) throw new SlackError('invalid_arguments', check.problems);
}

function checkViewFields(check: ShapeCheck, view: Record<string, unknown>, type: 'modal' | 'home'): void {
  if (view.type !== type) problem(check, '/view/type', `must be a valid enum value: ${type}`);
  if (!Array.isArray(view.blocks)) problem(check, '/view', 'missing required field: blocks');
  else checkBlocks(check, view.blocks, '/view/blocks', 100);
  checkOptionalString(check, view.callback_id || undefined, '/view/callback_id', 255);
  checkOptionalString(check, view.private_metadata || undefined, '/view/private_metadata', 3000);
  if (type === 'home') return;
  checkText(check, view.title, '/view/title', { max: 24, plain: true });
  for (const name of ['submit', 'close']) {
    if (view[name] !== undefined) checkText(check, view[name], `/view/${name}`, { max: 24, plain: true });
  }
  const hasInput =
    Array.isArray(view.blocks) && view.blocks.some((block) => isRecord(block) && block.type === 'input');
  if (hasInput && view.submit === undefined) problem(check, '/view', 'missing required field: submit');
}

function checkBlocks(check: ShapeCheck, blocks: unknown[], path: string, max: number): void {
  if (blocks.length > max) problem(check, path, `no more than ${max} items allowed`);
  const blockIds = new Set<string>();
  for (const [index, block] of blocks.entries()) {
    // Slack wants action ids to be unique in their block only: rows of equal buttons are told apart by block_id.
    checkBlock(check, block, `${path}/${index}`, new Set());
    if (!isRecord(block) || typeof block.block_id !== 'string') continue;
    if (blockIds.has(block.block_id)) {
      problem(check, `${path}/${index}/block_id`, `\`block_id\` already exists: ${block.block_id}`);
    }
    blockIds.add(block.block_id);
  }
}

/** Characters of all texts that a person reads in the blocks. */
function shownCharacters(value: unknown, key = ''): number {
  if (typeof value === 'string')
    return ['text', 'title', 'caption', 'alt_text'].includes(key) ? value.length : 0;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + shownCharacters(item), 0);
  if (!isRecord(value)) return 0;
  return Object.entries(value).reduce((sum, [name, item]) => sum + shownCharacters(item, name), 0);
}
