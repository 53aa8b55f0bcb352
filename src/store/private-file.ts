import { chmodSync, closeSync, openSync, statSync } from 'node:fs';

/** What only the bot's own user may read and write. */
export const PRIVATE = 0o600;
/** What SQLite puts beside a database; it gets the mode of the database when it is made. */
const WITH_IT = ['', '-wal', '-shm', '-journal'];

/** Something of the bot's that others on the machine can look into. */
export interface Exposed {
  path: string;
  /** Octal, as `stat` prints it. */
  mode: string;
}

/**
 * Makes sure, before SQLite opens it, that a database is for the bot's user alone: who may read it learns who asked for
 * which backup. A new file is made so, without a moment in which others could open it; one that is there is put right
 * with what lies beside it. Gives what could not be put right, because it is another user's or the file system has no
 * modes. (Never opened when it is there: closing it would drop this process's locks on it.)
 */
export function keepPrivate(file: string): Exposed[] {
  try {
    closeSync(openSync(file, 'wx', PRIVATE));
  } catch {
    // It is there already, or SQLite says in its own words why it cannot be.
  }
  return WITH_IT.flatMap((end) => {
    const path = file + end;
    try {
      if (exposed(path).length > 0) chmodSync(path, PRIVATE);
    } catch {
      // What is left is told.
    }
    return exposed(path);
  });
}

/** The file or folder itself, where others may read it, write it or enter it. */
export function exposed(path: string): Exposed[] {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  return (mode & 0o077) === 0 ? [] : [{ path, mode: (mode & 0o7777).toString(8) }];
}
