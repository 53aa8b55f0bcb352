import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { type Dialect, type QueryResult, SqliteAdapter } from 'kysely';
import { GenericSqliteDialect, parseBigInt } from 'kysely-generic-sqlite';
import { sqliteProblem } from './sqlite-problem.ts';

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
      // WAL alone may lose the last commits in a power cut: a lock must not be forgotten while EC2 makes an image.
      db.exec('PRAGMA synchronous = FULL');
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

/** Kysely on an open `node:sqlite` database. Every failing query rejects with a `store-unavailable` ProblemError. */
export function sqliteDialect(db: DatabaseSync, file: string): Dialect {
  const dialect = new GenericSqliteDialect(() => ({
    db,
    query: (_isSelect, sql, parameters) => {
      try {
        return runQuery(db, sql, parameters);
      } catch (error) {
        throw sqliteProblem(error, file);
      }
    },
    close: () => db.close(),
  }));
  // SQLite can undo DDL. Kysely does not count on it, and a process killed amid a migration would leave half of it.
  dialect.createAdapter = () => new TransactionalSqliteAdapter();
  return dialect;
}

function runQuery(db: DatabaseSync, sql: string, parameters: readonly SQLInputValue[]): QueryResult<unknown> {
  // SQLite rolls back by itself when the disk is full; a second rollback would hide that error behind its own.
  if (sql === 'rollback' && !db.isTransaction) return { rows: [] };
  const statement = db.prepare(sql);
  if (statement.columns().length > 0) return { rows: statement.all(...parameters) };
  const result = statement.run(...parameters);
  const changes = parseBigInt(result.changes);
  return changes === undefined ? { rows: [] } : { rows: [], numAffectedRows: changes };
}

class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}
