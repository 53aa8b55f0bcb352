import { bad, type Format, format, good } from './format.ts';

/** Linux' own limit of a path, in bytes. */
const LONGEST_BYTES = 4_095;

/** The absolute path of a file or folder on another machine. */
export const machinePath: Format<string> = format((text) => {
  const what = whyNot(text);
  return what === undefined ? good(text) : bad({ what, use: 'Name it by its absolute path on its host' });
});

function whyNot(path: string): string | undefined {
  if (!path.startsWith('/')) return 'is not an absolute path';
  if (/^\/+$/.test(path)) return 'is the whole machine';
  if (/[\p{Cc}\p{Zl}\p{Zp}\ufffd]/u.test(path)) return 'holds a character that cannot be seen';
  if (/\/\.\.?(\/|$)/.test(path)) return 'holds . or .. as a folder';
  return Buffer.byteLength(path) > LONGEST_BYTES ? `is longer than ${LONGEST_BYTES} bytes` : undefined;
}
