import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { utcTime } from '../../core/text/words.ts';
import { keepPrivate, PRIVATE } from '../private-file.ts';
import { unavailable } from '../unavailable.ts';
import { primaryCode, SQLITE_BUSY, sqliteProblem } from './problem.ts';

/**
 * Makes this process the only one in the folder, until it ends or calls the returned function. The claim is an
 * exclusive SQLite transaction on a file of its own: the operating system drops it however the process ends, SIGKILL
 * too, and nobody has to judge whether a left-over pid file is stale.
 *
 * Throws a `store-unavailable` ProblemError naming the other process. That one's name is in a text file beside, not in
 * the locked file: reading and closing that file by other means would drop the lock (POSIX locks belong to the
 * process, https://sqlite.org/howtocorrupt.html, section 2.2).
 */
export function ownFolder(folder: string, nowMs: number): () => void {
  const file = join(folder, 'owner.db');
  const nameFile = join(folder, 'owner.txt');
  let db: DatabaseSync | undefined;
  try {
    keepPrivate(file);
    db = new DatabaseSync(file, { timeout: 0 });
    db.exec('BEGIN EXCLUSIVE');
    rmSync(nameFile, { force: true });
    const name = `process ${process.pid} on ${hostname()}, since ${utcTime(nowMs)}\n`;
    writeFileSync(nameFile, name, { mode: PRIVATE });
  } catch (error) {
    db?.close();
    if (primaryCode(error) !== SQLITE_BUSY) throw sqliteProblem(error, file);
    throw unavailable(
      `another circleci-backup uses the folder ${folder}`,
      error,
      `Stop ${otherName(nameFile)}. One folder serves one bot.`,
      true,
    );
  }
  const held = db;
  return () => {
    rmSync(nameFile, { force: true });
    held.close();
  };
}

/** The other one may not have written its name yet. */
function otherName(nameFile: string): string {
  const unnamed = 'that process';
  try {
    return readFileSync(nameFile, 'utf8').split(',')[0]?.trim() || unnamed;
  } catch {
    return unnamed;
  }
}
