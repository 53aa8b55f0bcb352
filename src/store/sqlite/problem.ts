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
  if (code === undefined) return unavailable(`${file} failed: ${messageOf(error)}`, error);
  const [reason, step] = inWords(code, file, error);
  return unavailable(reason, error, `${step} ${GOES_ON}`);
}

const GOES_ON = 'A bot that runs then goes on by itself. Backups in EC2 are not affected.';

export const SQLITE_BUSY = 5;

/** SQLite's primary result code, where the error is one of `node:sqlite`. */
export function primaryCode(error: unknown): number | undefined {
  const code = errcodeOf(error);
  return code === undefined ? undefined : code & 0xff;
}

/** What is wrong, and the one step that helps. */
function inWords(code: number, file: string, error: unknown): [reason: string, step: string] {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case 6:
      return [`another program keeps ${file} locked`, 'Close that program.'];
    case 8:
      return [`${file} is read-only`, 'Let the bot’s user write it.'];
    case 10:
      return [`the disk under ${file} fails (SQLite's code ${code})`, 'See to that disk.'];
    case 11:
    case 26:
      return [
        `${file} is damaged or not a database`,
        'Put a copy back, or move it away and start the bot again: it makes an empty one.',
      ];
    case 13:
      return [`the disk under ${file} is full`, 'Make room on it.'];
    case 14:
      return [
        `${file} cannot be opened or created`,
        'Let the bot’s user read and write the folder that DATABASE_URL names.',
      ];
    default:
      return [`${file} refused a query: ${messageOf(error)} (SQLite's code ${code})`, 'See the bot’s log.'];
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
