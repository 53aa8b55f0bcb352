import { join } from 'node:path';
import { verifyAudit } from '../commands/status/history.ts';
import { type Database, type PostgresAddress, serverName } from '../core/model/database.ts';
import type { AuditWords } from '../core/run/audit-report.ts';
import type { Shared } from '../core/store/shared.ts';
import type { Store } from '../core/store/store.ts';
import type { Redact } from '../core/text/redact.ts';
import { openPostgresReader, openPostgresStore, pendingOnPostgres } from '../store/postgres/database.ts';
import { postgresProblem } from '../store/postgres/problem.ts';
import { type Exposed, keepPrivate } from '../store/private-file.ts';
import { openReader, openStore, pendingOnSqlite } from '../store/sqlite/database.ts';
import { engineRunOf } from '../store/sqlite/engine-runs.ts';
import { sqliteProblem } from '../store/sqlite/problem.ts';
import type { WrittenRow } from '../store/store.ts';
import type { EngineBackend } from '../workflows/engine/engine.ts';
import { postgresBackend } from '../workflows/engine/postgres-backend.ts';
import { sqliteBackend } from '../workflows/engine/sqlite-backend.ts';

/** The bot's own data: what it knows, and the engine's records of its runs. */
export interface OpenedDatabase {
  store: Store;
  backend: EngineBackend;
  /** The engine's id of a run that was handed to it before, however long ago. */
  engineRunOf(run: { workflow: string; runId: string }): Promise<string | undefined>;
  /** Where other processes may use it as well. */
  shared?: Shared;
  /** Files and folders of it that others on the machine can look into. */
  exposed: Exposed[];
}

interface Options {
  redact: Redact;
  now: () => number;
  onAudit: (row: WrittenRow) => void;
  /** Further pragmas of SQLite. */
  pragmas?: readonly string[];
}

/** Opens it, and makes or migrates it. Rejects with a `store-unavailable` ProblemError. */
export function openDatabase(database: Database, options: Options): Promise<OpenedDatabase> {
  return database.kind === 'sqlite'
    ? openFiles(database.folder, options)
    : openServer(database.address, options);
}

async function openFiles(folder: string, options: Options): Promise<OpenedDatabase> {
  const store = await openStore({ ...options, folder });
  const file = join(folder, 'engine.db');
  try {
    const exposed = [...store.exposed, ...keepPrivate(file)];
    return { store, backend: sqliteBackend(file), engineRunOf: (run) => engineRunOf(file, run), exposed };
  } catch (error) {
    await store.close();
    throw sqliteProblem(error, file);
  }
}

async function openServer(
  address: PostgresAddress,
  { redact, now, onAudit }: Options,
): Promise<OpenedDatabase> {
  const made: EngineBackend[] = [];
  const store = await openPostgresStore({
    address,
    redact,
    now,
    onAudit,
    async prepare() {
      const backend = await postgresBackend(address).catch((error: unknown) => {
        throw postgresProblem(error, address);
      });
      made.push(backend);
    },
  });
  const [backend] = made;
  if (backend === undefined) throw new Error('the engine was not prepared');
  return { store, backend, engineRunOf: store.engineRunOf, shared: store, exposed: [] };
}

/** Names of the migrations that a start of this version would make, or that are made now. */
export async function migrateDatabase(
  database: Database,
  { dryRun }: { dryRun: boolean },
): Promise<{ name: string; migrations: string[] }> {
  const name = database.kind === 'sqlite' ? database.folder : serverName(database.address);
  const migrations =
    database.kind === 'sqlite'
      ? await pendingOnSqlite(database.folder)
      : await pendingOnPostgres(database.address);
  if (!dryRun) {
    const opened = await openDatabase(database, {
      redact: (text) => text,
      now: Date.now,
      onAudit: () => {},
    });
    await opened.store.close();
    await opened.backend.stop();
  }
  return { name, migrations };
}

/** Reads the audit as it is, beside bots that may be running. Undefined where `logged` names no row. */
export async function verifyAuditOf(
  database: Database,
  logged: string | undefined,
): Promise<AuditWords | undefined> {
  const reader =
    database.kind === 'sqlite'
      ? await openReader(database.folder)
      : await openPostgresReader(database.address);
  try {
    return await verifyAudit(reader, logged);
  } finally {
    await reader.close();
  }
}
