import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isNativeError } from 'node:util/types';
import { Kysely } from 'kysely';
import type { Audit } from '../../core/store/audit.ts';
import type { Store } from '../../core/store/store.ts';
import type { Redact } from '../../core/text/redact.ts';
import { verifyChain } from '../audit-chain.ts';
import { migrate, pendingMigrations, sameVersion } from '../migrate.ts';
import { allMigrations } from '../migrations.ts';
import { type Exposed, exposed, keepPrivate } from '../private-file.ts';
import type { Schema } from '../schema.ts';
import { createStore, type WrittenRow } from '../store.ts';
import { AUDIT_KEPT } from '../tidy.ts';
import { unavailable } from '../unavailable.ts';
import { sqliteTriggers } from './audit-triggers.ts';
import { openSqlite, sqliteDialect } from './dialect.ts';
import { forgetEngineRuns } from './engine-runs.ts';
import { ownFolder } from './folder-lock.ts';
import { sqliteProblem } from './problem.ts';

export interface StoreOptions {
  /** Made when it is missing. The process owns it until `close`. */
  folder: string;
  /** Goes over every text that is stored. */
  redact: Redact;
  /** Further SQLite pragmas, e.g. `max_page_count = 20`. */
  pragmas?: readonly string[];
  /** ms since epoch, for the owner's name and for what ended long ago; `Date.now` when missing. */
  now?: () => number;
  /** Told of each row of the audit once it is written for good. */
  onAudit?: (row: WrittenRow) => void;
  /** How many rows of the audit stay in the database at the least. */
  auditKept?: number;
}

export interface OpenedStore extends Store {
  /** The SQLite file. */
  file: string;
  /** The folder and files of its own that others on the machine can look into, where the bot could not change that. */
  exposed: Exposed[];
}

/** Opens (and creates or migrates) `store.db` in the folder. Rejects with a `store-unavailable` ProblemError. */
export async function openStore(options: StoreOptions): Promise<OpenedStore> {
  const {
    folder,
    redact,
    pragmas = [],
    now = Date.now,
    auditKept = AUDIT_KEPT,
    onAudit = () => {},
  } = options;
  makeFolder(folder);
  const disown = ownFolder(folder, now());
  const file = join(folder, 'store.db');
  const open = [...exposed(folder), ...keepPrivate(file)];
  let db: Kysely<Schema> | undefined;
  try {
    db = new Kysely<Schema>({ dialect: sqliteDialect(openSqlite(file, pragmas), file) });
    await migrate({ db, triggers: sqliteTriggers, name: file });
    const store = createStore({
      db,
      redact,
      archive: { folder, auditKept },
      now,
      onAudit,
      onClose: disown,
    });
    return {
      ...store,
      tidy: async (at) => ({
        ...(await store.tidy(at)),
        runs: await forgetEngineRuns(join(folder, 'engine.db')),
      }),
      file,
      exposed: open,
    };
  } catch (error) {
    await db?.destroy();
    disown();
    throw sqliteProblem(error, file);
  }
}

/** What a start of this version would do to the folder's database; nothing is changed. */
export async function pendingOnSqlite(folder: string): Promise<string[]> {
  const file = join(folder, 'store.db');
  if (!existsSync(file)) return allMigrations();
  const db = readOnly(file);
  try {
    return await pendingMigrations({ db, name: file });
  } finally {
    await db.destroy();
  }
}

/**
 * Reads the audit of a folder that a running bot may own: nothing is written, and nothing is migrated. Rejects with a
 * `store-unavailable` ProblemError, also where another version wrote it.
 */
export async function openReader(
  folder: string,
): Promise<{ audit: Pick<Audit, 'verify'>; close(): Promise<void> }> {
  const file = join(folder, 'store.db');
  const db = readOnly(file);
  try {
    await sameVersion(db, { name: file });
    return {
      audit: { verify: (logged) => verifyChain(() => db, folder, logged) },
      close: () => db.destroy(),
    };
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

function readOnly(file: string): Kysely<Schema> {
  try {
    const noLog = { sync: async () => {}, close() {} };
    return new Kysely<Schema>({
      dialect: sqliteDialect(new DatabaseSync(file, { readOnly: true }), file, noLog),
    });
  } catch (error) {
    throw sqliteProblem(error, file);
  }
}

function makeFolder(folder: string): void {
  try {
    // Who may read it learns who asked for which backup, so it is for the bot's user alone.
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const code = isNativeError(error) && 'code' in error ? ` (${error.code})` : '';
    throw unavailable(
      `the folder ${folder} cannot be made${code}`,
      error,
      'Set DATABASE_URL to a folder that the bot’s user may make, or make it.',
    );
  }
}
