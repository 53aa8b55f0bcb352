import { bad, type Format, format, good } from './format.ts';

/** More are no list that a person keeps in mind, nor one that a message shows. */
const MOST = 20;
/** Linux' own limit of a path, in bytes. */
const LONGEST_BYTES = 4_095;

/** Absolute paths of folders on a machine, separated by commas; blanks inside one are part of it. */
export const folders: Format<string[]> = format<string[]>((text) => {
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
  const paths: string[] = [];
  for (const part of items) {
    const path = part.replace(/\/+/g, '/').replace(/(?<=.)\/$/, '');
    const what = whyNot(path);
    if (what !== undefined)
      return bad({ what, part, use: 'Name folders by their absolute paths, separated by commas' });
    if (!paths.includes(path)) paths.push(path);
  }
  if (paths.length === 0)
    return bad({ what: 'names no folder', use: 'Name folders by their absolute paths' });
  if (paths.length > MOST) return bad({ what: `names ${paths.length} folders`, use: `Name ${MOST} at most` });
  const inner = paths.find((path) => paths.some((outer) => path.startsWith(`${outer}/`)));
  return inner === undefined
    ? good(paths)
    : bad({ what: 'lies inside another one of them', part: inner, use: 'Name the outer folder alone' });
});

function whyNot(path: string): string | undefined {
  if (!path.startsWith('/')) return 'is not an absolute path';
  if (path === '/') return 'is the whole machine';
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(path)) return 'holds a character that ends a line or cannot be seen';
  // What reads the environment puts it in the place of bytes that are not UTF-8.
  if (path.includes('\ufffd')) return 'is not UTF-8';
  if (/\/\.\.?(\/|$)/.test(path)) return 'holds . or .. as a folder';
  return Buffer.byteLength(path) > LONGEST_BYTES ? `is longer than ${LONGEST_BYTES} bytes` : undefined;
}
