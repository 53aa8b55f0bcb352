import { readFileSync } from 'node:fs';

/** A file's text, or the system's error code, e.g. `ENOENT`. */
export type ReadFile = (path: string) => { ok: true; text: string } | { ok: false; code: string };

export const readTextFile: ReadFile = (path) => {
  try {
    return { ok: true, text: readFileSync(path, 'utf8') };
  } catch (error) {
    return { ok: false, code: errorCode(error) };
  }
};

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
}

const WORDS: Record<string, string> = {
  ENOENT: 'there is no such file',
  EACCES: 'the bot may not read it',
  EISDIR: 'it is a folder',
};

export function unreadableInWords(code: string): string {
  return `cannot be read: ${WORDS[code] ?? code}`;
}
