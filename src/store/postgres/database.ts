import { Kysely, PostgresDialect, sql } from 'kysely';
import { engineSchema, type PostgresAddress, serverName } from '../../core/model/database.ts';
import type { Audit } from '../../core/store/audit.ts';
import type { Shared } from '../../core/store/shared.ts';
import type { Store } from '../../core/store/store.ts';
import type { Redact } from '../../core/text/redact.ts';
import { verifyChain } from '../audit-chain.ts';
import { migrate, pendingMigrations, sameVersion } from '../migrate.ts';
import { allMigrations } from '../migrations.ts';
import type { Schema } from '../schema.ts';
import { createStore, type WrittenRow } from '../store.ts';
import { postgresTriggers } from './audit-triggers.ts';
import { engineRunOf, forgetEngineRuns } from './engine-runs.ts';
import { holdRun } from './fences.ts';
import { createLeases, holdLease } from './leases.ts';
import { createPool } from './pool.ts';
import { lookAtServer, onePreparing } from './server.ts';
import { createSignals, type Signals } from './signals.ts';

export interface PostgresStoreOptions {
  address: PostgresAddress;
  /** Goes over every text that is stored. */
  redact: Redact;
  /** ms since epoch, for what ended long ago; `Date.now` when missing. */
  now?: () => number;
  /** Told of each row of the audit once it is written for good. */
  onAudit?: (row: WrittenRow) => void;
  /** Further preparations of the same database, while no other process does any such. */
  prepare?: () => Promise<void>;
}

export interface PostgresStore extends Store, Shared {
  /** The engine's id of a run that was handed to it under this id, however long ago that was. */
  engineRunOf(run: { workflow: string; runId: string }): Promise<string | undefined>;
}

/**
 * Opens (and creates or migrates) the store's schema. Processes that start together do so one after another. Rejects with
 * a `store-unavailable` ProblemError.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<PostgresStore> {
  const { address, redact, now = Date.now, onAudit = () => {}, prepare = async () => {} } = options;
  const db = connect(address);
  try {
    await onePreparing(address, async () => {
      await migrate({ db, triggers: postgresTriggers, name: serverName(address), schema: address.schema });
      await prepare();
    });
  } catch (error) {
    await db.destroy();
    throw error;
  }
  let signals: Signals | undefined;
  const store = createStore({
    db,
    redact,
    now,
    onAudit,
    onClose: () => {},
    // One transaction at a time, as on SQLite: what was decided on what was read holds, and the audit is one chain.
    async alone(trx) {
      await sql`select pg_advisory_xact_lock(hashtextextended('store ' || current_schema(), 0))`.execute(trx);
    },
  });
  const engine = engineSchema(address);
  return {
    ...store,
    tidy: async (at) => ({ ...(await store.tidy(at)), runs: await forgetEngineRuns(db, engine) }),
    async close() {
      await signals?.close();
      await store.close();
    },
    leases: createLeases(db),
    whileLeased: (name, fence) => store.guardedBy((trx) => holdLease(trx, name, fence)),
    whileRunning: (run) => store.guardedBy((trx) => holdRun(trx, engine, run)),
    engineRunOf: (run) => engineRunOf(db, engine, run),
    tell: (word) => signals?.tell(word),
    hear(heard) {
      signals = createSignals(address, db, heard);
    },
  };
}

/** What a start of this version would do to the database; nothing is changed. */
export async function pendingOnPostgres(address: PostgresAddress): Promise<string[]> {
  if (!(await lookAtServer(address))) return allMigrations();
  const db = connect(address);
  try {
    return await pendingMigrations({ db, name: serverName(address), schema: address.schema });
  } finally {
    await db.destroy();
  }
}

/** Reads the audit while bots may be running: nothing is written, and nothing is migrated. */
export async function openPostgresReader(
  address: PostgresAddress,
): Promise<{ audit: Pick<Audit, 'verify'>; close(): Promise<void> }> {
  await lookAtServer(address);
  const db = connect(address);
  try {
    await sameVersion(db, { name: serverName(address), schema: address.schema });
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return {
    audit: { verify: (logged) => verifyChain(() => db, undefined, logged) },
    close: () => db.destroy(),
  };
}

function connect(address: PostgresAddress): Kysely<Schema> {
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool: createPool(address) }) });
}
