import { closeSync, fdatasync, openSync } from 'node:fs';
import { promisify } from 'node:util';

const datasync = promisify(fdatasync);

/** Brings SQLite's write-ahead log to the disk. */
export interface LogSync {
  sync(): Promise<void>;
  close(): void;
}

/**
 * What `synchronous = FULL` does after each commit, in Node's thread pool: a slow disk (5 ms at times, 50 ms when it is
 * busy) then keeps nobody's ack waiting, and no write counts as done before it would survive a power cut.
 */
export function createLogSync(databaseFile: string): LogSync {
  let fd: number | undefined;
  return {
    async sync() {
      // SQLite makes the log with its first write, and keeps that file until it closes the database.
      fd ??= openSync(`${databaseFile}-wal`, 'r');
      await datasync(fd);
    },
    close() {
      if (fd !== undefined) closeSync(fd);
      fd = undefined;
    },
  };
}
