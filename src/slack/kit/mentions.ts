import { mention } from './blocks.ts';

/** Enough to be heard; a longer list would hide what it is about. */
export const CALLED_MAX = 5;

/** Mentions that make Slack notify people, each with a blank behind it. */
export function calls(ids: readonly string[]): string {
  return ids
    .slice(0, CALLED_MAX)
    .map((id) => `${mention(id)} `)
    .join('');
}
