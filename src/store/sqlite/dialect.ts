import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { type Dialect, type Driver, type QueryResult, SqliteAdapter } from 'kysely';
import { GenericSqliteDialect, parseBigInt } from 'kysely-generic-sqlite';
import { createStatements, type Prepared } from '../statements.ts';
import { createFairLock } from './mutex.ts';
import { sqliteProblem } from './problem.ts';
import { createLogSync, type LogSync } from './wal-sync.ts';

/**
 * How long a query waits for another program's lock (somebody looking with the sqlite3 tool). The wait stops the whole
 * process, `node:sqlite` being synchronous, so it stays well below the three seconds that Slack gives an answer.
 */
const BUSY_TIMEOUT_MS = 1000;

/** Opens the file; throws a `store-unavailable` ProblemError. `pragmas` run last, e.g. `max_page_count = 20`. */
export function openSqlite(file: string, pragmas: readonly string[]): DatabaseSync {
  try {
    const db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    try {
      db.exec('PRAGMA journal_mode = WAL');
      // WAL alone may lose the last commits in a power cut: a lock must not be forgotten while EC2 makes an image. The
      // dialect brings the log to the disk after each commit; where there is none, SQLite has to.
      db.exec(`PRAGMA synchronous = ${hasLog(db) ? 'NORMAL' : 'FULL'}`);
      db.exec('PRAGMA foreign_keys = ON');
      for (const pragma of pragmas) db.exec(`PRAGMA ${pragma}`);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    throw sqliteProblem(error, file);
  }
}

/**
 * Kysely on an open `node:sqlite` database. A write resolves once it is on the disk; every failing query rejects with
 * a `store-unavailable` ProblemError.
 */
export function sqliteDialect(
  db: DatabaseSync,
  file: string,
  log: LogSync | undefined = hasLog(db) ? createLogSync(file) : undefined,
): Dialect {
  const prepare = createStatements(db);
  const dialect = new GenericSqliteDialect(() => ({
    db,
    query: async (isSelect, sql, parameters) => {
      try {
        const result = runQuery(db, prepare, sql, parameters);
        if (!isSelect && !db.isTransaction && sql !== 'rollback') await log?.sync();
        return result;
      } catch (error) {
        throw sqliteProblem(error, file);
      }
    },
    close: () => {
      log?.close();
      db.close();
    },
  }));
  const createDriver = dialect.createDriver;
  dialect.createDriver = () => oneAtATime(createDriver());
  // SQLite can undo DDL. Kysely does not count on it, and a process killed amid a migration would leave half of it.
  dialect.createAdapter = () => new TransactionalSqliteAdapter();
  return dialect;
}

/** Some file systems cannot share the memory that a write-ahead log needs; SQLite then stays with its journal. */
function hasLog(db: DatabaseSync): boolean {
  return db.prepare('PRAGMA journal_mode').get()?.journal_mode === 'wal';
}

function runQuery(
  db: DatabaseSync,
  prepare: (sql: string) => Prepared,
  sql: string,
  parameters: readonly SQLInputValue[],
): QueryResult<unknown> {
  // SQLite rolls back by itself when the disk is full; a second rollback would hide that error behind its own.
  if (sql === 'rollback' && !db.isTransaction) return { rows: [] };
  // Begun by reading, it could not wait for another program when it comes to write, but would fail at once.
  const { statement, hasRows } = prepare(sql === 'begin' ? 'begin immediate' : sql);
  if (hasRows) return { rows: statement.all(...parameters) };
  const result = statement.run(...parameters);
  const changes = parseBigInt(result.changes);
  return changes === undefined ? { rows: [] } : { rows: [], numAffectedRows: changes };
}

/**
 * There is one connection. Kysely's own lock wakes everybody who waits, each time it is released: of a thousand runs that
 * begin together, each waits a thousand times. Here they queue.
 */
function oneAtATime(driver: Driver): Driver {
  const lock = createFairLock();
  const acquire = driver.acquireConnection.bind(driver);
  driver.acquireConnection = async (options) => {
    await lock.obtain();
    return acquire(options);
  };
  driver.releaseConnection = async () => lock.release();
  return driver;
}

class TransactionalSqliteAdapter extends SqliteAdapter {
  /** Not so, but then Kysely takes no lock: see `oneAtATime`. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }

  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}
