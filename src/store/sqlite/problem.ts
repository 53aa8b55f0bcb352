import { isNativeError } from 'node:util/types';
import { ProblemError } from '../../core/problems/problem.ts';
import { unavailable } from '../unavailable.ts';

/**
 * Puts an error of `node:sqlite` into words that name the file. The low byte of `errcode` is SQLite's primary result
 * code (https://sqlite.org/rescode.html), the rest only refines it.
 */
export function sqliteProblem(error: unknown, file: string): ProblemError {
  if (error instanceof ProblemError) return error;
  const code = errcodeOf(error);
  return unavailable(
    code === undefined ? `${file} failed: ${messageOf(error)}` : reason(code, file, error),
    error,
  );
}

export const SQLITE_BUSY = 5;

/** SQLite's primary result code, where the error is one of `node:sqlite`. */
export function primaryCode(error: unknown): number | undefined {
  const code = errcodeOf(error);
  return code === undefined ? undefined : code & 0xff;
}

function reason(code: number, file: string, error: unknown): string {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case 6:
      return `another program keeps ${file} locked`;
    case 8:
      return `${file} is read-only`;
    case 10:
      return `the disk under ${file} fails (SQLite's code ${code})`;
    case 11:
    case 26:
      return `${file} is damaged or not a database (put a copy back, or move it away and the bot starts an empty one)`;
    case 13:
      return `the disk under ${file} is full`;
    case 14:
      return `${file} cannot be opened or created`;
    default:
      return `${file} refused a query: ${messageOf(error)} (SQLite's code ${code})`;
  }
}

function errcodeOf(error: unknown): number | undefined {
  return isNativeError(error) && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode
    : undefined;
}

function messageOf(error: unknown): string {
  return isNativeError(error) ? error.message : String(error);
}
