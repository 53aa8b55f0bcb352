import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isNativeError } from 'node:util/types';
import { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Audit } from '../../core/store/audit.ts';
import type { Store } from '../../core/store/store.ts';
import type { Redact } from '../../core/text/redact.ts';
import { listInWords } from '../../core/text/words.ts';
import { verifyChain } from '../audit-chain.ts';
import { forgetSending } from '../messages.ts';
import { migrations, migrationsMissing, runsInTheWay, unknownMigrations } from '../migrations.ts';
import { type Exposed, exposed, keepPrivate } from '../private-file.ts';
import type { Schema } from '../schema.ts';
import { createStore, type WrittenRow } from '../store.ts';
import { AUDIT_KEPT } from '../tidy.ts';
import { unavailable } from '../unavailable.ts';
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
  /** Messages whose answer from Slack was lost when the process before ended; they are `unknown` now. */
  interrupted: number;
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
    await migrate(db, file);
    const connection = db;
    const interrupted = await forgetSending(() => connection);
    const store = createStore({ db, redact, folder, now, auditKept, onAudit, onClose: disown });
    return {
      ...store,
      tidy: async (at) => ({
        ...(await store.tidy(at)),
        runs: await forgetEngineRuns(join(folder, 'engine.db')),
      }),
      file,
      interrupted,
      exposed: open,
    };
  } catch (error) {
    await db?.destroy();
    disown();
    throw sqliteProblem(error, file);
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
  try {
    const noLog = { sync: async () => {}, close() {} };
    const db = new Kysely<Schema>({
      dialect: sqliteDialect(new DatabaseSync(file, { readOnly: true }), file, noLog),
    });
    const missing = await migrationsMissing(db);
    const unknown = await unknownMigrations(db);
    if (missing.length + unknown.length > 0) {
      await db.destroy();
      throw unavailable(
        `${file} was written by another version of circleci-backup`,
        undefined,
        'Use that version.',
      );
    }
    return {
      audit: { verify: (logged) => verifyChain(() => db, folder, logged) },
      close: () => db.destroy(),
    };
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

async function migrate(db: Kysely<Schema>, file: string): Promise<void> {
  const unknown = await unknownMigrations(db);
  if (unknown.length > 0) {
    throw unavailable(
      `${file} was written by a newer circleci-backup (it has ${unknown.join(', ')}, which this version does not ` +
        'know)',
      undefined,
      'Start that version again.',
    );
  }
  const unfinished = await runsInTheWay(db);
  if (unfinished.length > 0) {
    throw unavailable(
      `${file} holds unfinished runs of an older circleci-backup, which this version cannot take up: ` +
        `${listInWords(unfinished)}. Nothing was changed`,
      undefined,
      'Start that version again; let it end them, or stop them there with /circleci-backup cancel <run>. Then start this one.',
    );
  }
  const { error } = await new Migrator({ db, provider: migrations }).migrateToLatest();
  if (error !== undefined) throw error;
}
