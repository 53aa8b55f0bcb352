import { cut } from '../text/text.ts';

/** EC2's limits: tags of a resource (AWS' own are not counted), and characters of a value. */
export const MOST_TAGS = 50;
export const VALUE_MAX = 256;

/** Whether the tag is AWS' own: such a tag is given and taken by AWS alone, and counts for nothing. */
export function isOfAws(key: string): boolean {
  return key.toLowerCase().startsWith('aws:');
}

/** How many more tags a resource takes. */
function roomBeside(tags: Record<string, string>): number {
  return Math.max(0, MOST_TAGS - Object.keys(tags).filter((key) => !isOfAws(key)).length);
}

/** As many of the tags, in their order, as there is room for, and the keys of those that have none. */
export function fitting(
  tags: Record<string, string>,
  room: number,
): { tags: Record<string, string>; left: string[] } {
  const all = Object.entries(tags);
  return {
    tags: Object.fromEntries(all.slice(0, Math.max(0, room))),
    left: all.slice(Math.max(0, room)).map(([key]) => key),
  };
}

/** What of a change finds room beside the tags that a resource has: a tag that is there already needs none. */
export function fittingBeside(
  has: Record<string, string>,
  change: Record<string, string>,
): { tags: Record<string, string>; left: string[] } {
  const there = Object.entries(change).filter(([key]) => Object.hasOwn(has, key));
  const more = Object.entries(change).filter(([key]) => !Object.hasOwn(has, key));
  const fits = fitting(Object.fromEntries(more), roomBeside(has));
  return { tags: { ...Object.fromEntries(there), ...fits.tags }, left: fits.left };
}

/** EC2 counts UTF-16 units or characters of a value, it does not say which: stay within both. */
export function cutToValue(text: string, max = VALUE_MAX): string {
  let points = max;
  let value = cut(text, points);
  while (value.length > max) {
    points -= value.length - max;
    value = cut(text, points);
  }
  return value;
}
