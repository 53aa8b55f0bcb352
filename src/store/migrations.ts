import { type Kysely, sql } from 'kysely';
import type { Migration, MigrationProvider } from 'kysely/migration';
import type { Schema } from './schema.ts';

/** What keeps the audit as it was written, in the words of one kind of database. */
export interface AuditTriggers {
  /** No row is changed or deleted. */
  forbidChanges(db: Kysely<unknown>): Promise<void>;
  /** In place of that: a row may be deleted once the mark says that it was archived. */
  allowArchived(db: Kysely<unknown>): Promise<void>;
}

/** In the order of their names. A released migration is never changed: a new one follows it. */
const MIGRATIONS: Record<string, (db: Kysely<unknown>, triggers: AuditTriggers) => Promise<void>> = {
  '001-tables': createTables,
  '002-records': createRecords,
  '003-requester': nameRequesters,
  '004-bounds': createBounds,
  '005-beside': makeRoomBeside,
  '006-backups': renameBackups,
  '007-leases': createLeases,
};

export function migrationsWith(triggers: AuditTriggers): MigrationProvider {
  const all = Object.entries(MIGRATIONS).map(([name, up]): [string, Migration] => [
    name,
    { up: (db) => up(db, triggers) },
  ]);
  return { getMigrations: async () => Object.fromEntries(all) };
}

export function allMigrations(): string[] {
  return Object.keys(MIGRATIONS);
}

/** They change how unfinished runs are kept, here or in the engine's database: a run of before does not go on after them. */
const ENDS_RUNS: readonly string[] = ['003-requester'];

/** Unfinished runs that keep what is stored from being migrated, e.g. `bk-20261123-0314-x4qz (backup of prod)`. */
export async function runsInTheWay(db: Kysely<Schema>, schema?: string): Promise<string[]> {
  const applied = await appliedMigrations(db, schema);
  if (applied.length === 0 || ENDS_RUNS.every((name) => applied.includes(name))) return [];
  const rows = await db
    .selectFrom('locks')
    .select(['run_id', 'workflow', 'target'])
    .orderBy('run_id')
    .execute();
  return rows.map((row) => `${row.run_id} (${row.workflow} of ${row.target})`);
}

/** Migrations that this version knows and that have not run on this database. */
export async function migrationsMissing(db: Kysely<Schema>, schema?: string): Promise<string[]> {
  const ran = await appliedMigrations(db, schema);
  return Object.keys(MIGRATIONS).filter((name) => !ran.includes(name));
}

/** Migrations that ran on this database and that this version does not know: a newer version was here. */
export async function unknownMigrations(db: Kysely<Schema>, schema?: string): Promise<string[]> {
  return (await appliedMigrations(db, schema)).filter((name) => !Object.hasOwn(MIGRATIONS, name));
}

async function appliedMigrations(db: Kysely<Schema>, schema: string | undefined): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  // A server tells of all of its schemas.
  if (!tables.some((table) => table.name === 'kysely_migration' && table.schema === schema)) return [];
  const rows = await db.selectFrom('kysely_migration').select('name').orderBy('name').execute();
  return rows.map((row) => row.name);
}

async function createTables(db: Kysely<unknown>, triggers: AuditTriggers): Promise<void> {
  await db.schema
    .createTable('locks')
    .addColumn('target', 'text', (c) => c.primaryKey())
    .addColumn('run_id', 'text', (c) => c.notNull().unique())
    .addColumn('holder', 'text', (c) => c.notNull())
    .addColumn('since', 'bigint', (c) => c.notNull())
    .addColumn('workflow', 'text', (c) => c.notNull())
    .addColumn('input', 'text', (c) => c.notNull())
    .addColumn('engine_id', 'text')
    .addColumn('cancel_user', 'text')
    .addColumn('cancel_team', 'text')
    .addColumn('cancel_at', 'bigint')
    .execute();

  await db.schema
    .createTable('audit')
    .addColumn('seq', 'bigint', (c) => c.primaryKey())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('verb', 'text', (c) => c.notNull())
    .addColumn('target', 'text')
    .addColumn('run_id', 'text')
    .addColumn('actor_user', 'text')
    .addColumn('actor_team', 'text')
    .addColumn('detail', 'text', (c) => c.notNull())
    .addColumn('prev_hash', 'text', (c) => c.notNull().unique())
    .addColumn('hash', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('audit_by_target').on('audit').columns(['target', 'seq']).execute();
  // Against a slip of the hand or of the code; the chain of hashes finds who removes the trigger first.
  await triggers.forbidChanges(db);

  await db.schema
    .createTable('messages')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('channel', 'text', (c) => c.notNull())
    .addColumn('thread_of', 'text')
    .addColumn('broadcast', 'integer', (c) => c.notNull())
    .addColumn('view', 'text', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('sent_version', 'integer', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('ts', 'text')
    .addColumn('final', 'integer', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .execute();
  // The outbox asks for what is unsent again and again, while sent and withheld messages pile up over the years.
  await db.schema
    .createIndex('messages_unsent')
    .on('messages')
    .columns(['final', 'updated_at'])
    .where(sql.ref('sent_version'), '<', sql.ref('version'))
    .where(sql.ref('state'), '!=', sql.lit('dropped'))
    .where(sql.ref('state'), '!=', sql.lit('withheld'))
    .execute();

  await createScheduleTables(db);

  await db.schema
    .createTable('write_checks')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .execute();
}

async function createScheduleTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('watermarks')
    .addColumn('target', 'text', (c) => c.notNull())
    .addColumn('schedule', 'text', (c) => c.notNull())
    .addColumn('expression', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('watermarks_key', ['target', 'schedule'])
    .execute();
  await db.schema
    .createTable('slots')
    .addColumn('target', 'text', (c) => c.notNull())
    .addColumn('schedule', 'text', (c) => c.notNull())
    .addColumn('slot', 'bigint', (c) => c.notNull())
    .addColumn('run_id', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('slots_key', ['target', 'schedule', 'slot'])
    .execute();
  await db.schema
    .createTable('pauses')
    .addColumn('target', 'text', (c) => c.primaryKey())
    .addColumn('until', 'bigint', (c) => c.notNull())
    .addColumn('by_user', 'text', (c) => c.notNull())
    .addColumn('by_team', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('reminded_at', 'bigint')
    .execute();
  await db.schema
    .createTable('alarms')
    .addColumn('target', 'text', (c) => c.primaryKey())
    .addColumn('since', 'bigint', (c) => c.notNull())
    .addColumn('told_at', 'bigint', (c) => c.notNull())
    .addColumn('times', 'integer', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('watched')
    .addColumn('target', 'text', (c) => c.primaryKey())
    .addColumn('since', 'bigint', (c) => c.notNull())
    .execute();
}

async function createRecords(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('records')
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('open', 'integer', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('records_key', ['kind', 'id'])
    .execute();
  // What is open is asked for again and again, while what has ended piles up over the years.
  await db.schema
    .createIndex('records_open')
    .on('records')
    .columns(['kind', 'id'])
    .where(sql.ref('open'), '=', sql.lit(1))
    .execute();
}

/** Whoever asks for a run had three names in what was stored as JSON. A quote within a text of people is escaped there. */
async function nameRequesters(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('locks').renameColumn('holder', 'requester').execute();
  for (const [table, column] of [
    ['locks', 'input'],
    ['messages', 'view'],
    ['records', 'body'],
  ]) {
    for (const name of ['requestedBy', 'askedBy']) {
      const at = sql.ref(column ?? '');
      await sql`update ${sql.table(table ?? '')} set ${at} = replace(${at}, ${sql.lit(`"${name}":`)}, ${sql.lit('"requester":')})`.execute(
        db,
      );
    }
  }
}

/** What keeps the database bounded and a cut in the audit visible. */
async function createBounds(db: Kysely<unknown>, triggers: AuditTriggers): Promise<void> {
  await db.schema
    .createTable('deliveries')
    .addColumn('key', 'text', (c) => c.primaryKey())
    .addColumn('until', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('deliveries_until').on('deliveries').column('until').execute();

  await db.schema.alterTable('records').addColumn('updated_at', 'bigint').execute();
  for (const table of ['messages', 'records'] as const)
    await db.schema.createIndex(`${table}_by_age`).on(table).column('updated_at').execute();

  await db.schema
    .createTable('audit_marks')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('seq', 'bigint', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .execute();
  await sql`insert into audit_marks select 'head', seq, hash from audit order by seq desc limit 1`.execute(
    db,
  );
  // Only what was marked as archived may go, which is done in the same transaction.
  await triggers.allowArchived(db);
}

/** A target's lock has a second place, for a backup beside a run that waits for people. */
async function makeRoomBeside(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('locks').renameTo('locks_before').execute();
  await db.schema
    .createTable('locks')
    .addColumn('target', 'text', (c) => c.notNull())
    .addColumn('place', 'text', (c) => c.notNull())
    .addColumn('run_id', 'text', (c) => c.notNull().unique())
    .addColumn('requester', 'text', (c) => c.notNull())
    .addColumn('since', 'bigint', (c) => c.notNull())
    .addColumn('workflow', 'text', (c) => c.notNull())
    .addColumn('input', 'text', (c) => c.notNull())
    .addColumn('engine_id', 'text')
    .addColumn('cancel_user', 'text')
    .addColumn('cancel_team', 'text')
    .addColumn('cancel_at', 'bigint')
    .addColumn('aside', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('locks_key', ['target', 'place'])
    .execute();
  const kept = 'run_id, requester, since, workflow, input, engine_id, cancel_user, cancel_team, cancel_at';
  await sql`insert into locks (target, place, ${sql.raw(kept)}, aside)
    select target, 'run', ${sql.raw(kept)}, 0 from locks_before`.execute(db);
  await db.schema.dropTable('locks_before').execute();
}

/** Not only backups that ended badly are written down. */
async function renameBackups(db: Kysely<unknown>): Promise<void> {
  await sql`update records set kind = 'backup' where kind = 'bad backup'`.execute(db);
}

/** What several processes share: who does what must not be done twice. */
async function createLeases(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('leases')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('holder', 'text', (c) => c.notNull())
    .addColumn('fence', 'bigint', (c) => c.notNull())
    .addColumn('until', 'bigint', (c) => c.notNull())
    .execute();
}
