import { VALUE_MAX } from './tag-limits.ts';

/** A list that does not fit into one value goes on in `<key>-2`, `<key>-3`. */
export function packed(key: string, items: readonly string[]): Record<string, string> {
  const values: string[] = [];
  for (const item of items) {
    const last = values.at(-1);
    if (last !== undefined && last.length + 1 + item.length <= VALUE_MAX)
      values[values.length - 1] = `${last} ${item}`;
    else values.push(item);
  }
  return Object.fromEntries(values.map((value, i) => [i === 0 ? key : `${key}-${i + 1}`, value]));
}

/** The items of such a list. */
export function unpacked(key: string, tags: Record<string, string>): string[] {
  const items: string[] = [];
  for (let i = 1; ; i += 1) {
    const value = tags[i === 1 ? key : `${key}-${i}`];
    if (value === undefined) return items;
    items.push(...value.split(' ').filter(Boolean));
  }
}

/** `key=value` each, without spaces and within one tag's value; how many are too long for that. */
export function pairs(record: Record<string, string | undefined>): { items: string[]; left: number } {
  const all = Object.entries(record).flatMap(([key, value]) =>
    value === undefined ? [] : [`${encoded(key)}=${encoded(value)}`],
  );
  const items = all.filter((item) => item.length <= VALUE_MAX);
  return { items, left: all.length - items.length };
}

function encoded(text: string): string {
  // A lone surrogate cannot be encoded, and EC2 takes none.
  return encodeURIComponent(text.toWellFormed());
}

/** The pairs that can still be read. */
export function unpairs(items: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    items.flatMap((item) => {
      const at = item.indexOf('=');
      try {
        return at <= 0
          ? []
          : [[decodeURIComponent(item.slice(0, at)), decodeURIComponent(item.slice(at + 1))]];
      } catch {
        // Somebody has changed the tag: what cannot be read is not there.
        return [];
      }
    }),
  );
}

export function splitPair(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
}
