import { bad, type Format, format, good } from './format.ts';

/** EC2's limits of a tag, and how many of the 50 of a resource the bot leaves to this setting. */
const KEY_MAX = 128;
const VALUE_MAX = 256;
const MOST = 10;

/** `Key=Value`, separated by commas; a value may hold blanks and `=`, and be empty. */
export const extraTags: Format<Record<string, string>> = format<Record<string, string>>((text) => {
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
  const tags: Record<string, string> = {};
  for (const part of items) {
    const [, key = '', value = ''] = /^([^=]+)=(.*)$/su.exec(part) ?? [];
    const name = key.trim();
    const what = whyNot(name, value.trim(), tags);
    if (what !== undefined)
      return bad({ what, part, use: 'Separate tags by commas, each with its key, “=” and its value' });
    tags[name] = value.trim();
  }
  if (items.length === 0) return bad({ what: 'names no tag', use: 'Write a key, “=” and a value' });
  return items.length > MOST
    ? bad({
        what: `names ${items.length} tags`,
        use: `Name ${MOST} at most: EC2 allows 50, and the bot needs the others`,
      })
    : good(tags);
});

function whyNot(key: string, value: string, before: Record<string, string>): string | undefined {
  if (key === '') return 'is not a key, “=” and a value';
  if (/[\p{Cc}\p{Cf}\p{Cs}]/u.test(key + value)) return 'holds a character that EC2 does not take';
  if (/^aws:/i.test(key)) return 'begins with aws:, which AWS keeps for itself';
  if (/^circleci-backup:/i.test(key) || key === 'Name') return 'is a tag that the bot sets itself';
  if (key.length > KEY_MAX) return `has a key of more than ${KEY_MAX} characters`;
  if (value.length > VALUE_MAX) return `has a value of more than ${VALUE_MAX} characters`;
  return Object.hasOwn(before, key) ? 'names a key twice' : undefined;
}
