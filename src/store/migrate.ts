import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { listInWords } from '../core/text/words.ts';
import {
  type AuditTriggers,
  migrationsMissing,
  migrationsWith,
  runsInTheWay,
  unknownMigrations,
} from './migrations.ts';
import type { Schema } from './schema.ts';
import { unavailable } from './unavailable.ts';

export interface Migrated {
  db: Kysely<Schema>;
  triggers: AuditTriggers;
  /** The database as refusals name it. */
  name: string;
  /** Where the tables are, in a database that has several schemas. */
  schema?: string;
}

/** What would be done to bring the database to this version. Rejects where a newer one, or an unfinished run, forbids it. */
export async function pendingMigrations({ db, name, schema }: Omit<Migrated, 'triggers'>): Promise<string[]> {
  const unknown = await unknownMigrations(db, schema);
  if (unknown.length > 0) {
    throw unavailable(
      `${name} was written by a newer circleci-backup (it has ${unknown.join(', ')}, which this version does not ` +
        'know)',
      undefined,
      'Start that version again.',
    );
  }
  const unfinished = await runsInTheWay(db, schema);
  if (unfinished.length > 0) {
    throw unavailable(
      `${name} holds unfinished runs of an older circleci-backup, which this version cannot take up: ` +
        `${listInWords(unfinished)}. Nothing was changed`,
      undefined,
      'Start that version again; let it end them, or stop them there with /circleci-backup cancel <run>. Then start this one.',
    );
  }
  return migrationsMissing(db, schema);
}

/** Brings the database to this version; there is no way back. Gives what was done. */
export async function migrate(migrated: Migrated): Promise<string[]> {
  const { db, triggers, schema } = migrated;
  const pending = await pendingMigrations(migrated);
  const migrator = new Migrator({
    db,
    provider: migrationsWith(triggers),
    ...(schema === undefined ? {} : { migrationTableSchema: schema }),
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
  return pending;
}

/** For whoever only reads: rejects where another version wrote the database. */
export async function sameVersion(
  db: Kysely<Schema>,
  { name, schema }: { name: string; schema?: string },
): Promise<void> {
  const missing = await migrationsMissing(db, schema);
  const unknown = await unknownMigrations(db, schema);
  if (missing.length + unknown.length > 0)
    throw unavailable(
      `${name} was written by another version of circleci-backup`,
      undefined,
      'Use that version.',
    );
}
