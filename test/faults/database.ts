import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { readSetting } from '../../src/config/settings/settings.ts';
import { engineSchema } from '../../src/core/model/database.ts';
import type { Store } from '../../src/core/store/store.ts';
import { openPostgresStore } from '../../src/store/postgres/database.ts';
import { openStore } from '../../src/store/sqlite/database.ts';

/**
 * The database of a world's bots, by the world's folder: files there; or, where TEST_DATABASE_URL names a server, a schema
 * of its own, so that a suite that knows only the folder plays on either.
 */
export function databaseUrl(folder: string): string {
  const { TEST_DATABASE_URL } = process.env;
  if (TEST_DATABASE_URL === undefined) return `sqlite:${folder}`;
  const url = new URL(TEST_DATABASE_URL);
  url.searchParams.set('schema', `w${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`);
  return url.href;
}

function databaseOf(folder: string) {
  const reading = readSetting('DATABASE_URL', databaseUrl(folder));
  if (!reading.ok) throw new Error(reading.fault.what);
  return reading.value;
}

export function openLeft(folder: string): Promise<Store> {
  const database = databaseOf(folder);
  const redact = (text: string) => text;
  return database.kind === 'sqlite'
    ? openStore({ folder, redact })
    : openPostgresStore({ address: database.address, redact });
}

/** Asks it beside the bots, which may be running: a select, or a change that returns rows. */
export function rowsOf(
  folder: string,
  part: 'store' | 'engine',
  sql: string | { sqlite: string; postgres: string },
): Record<string, unknown>[] {
  const database = databaseOf(folder);
  if (database.kind === 'sqlite') {
    const db = new DatabaseSync(join(folder, `${part}.db`), { timeout: 5_000 });
    try {
      return db.prepare(typeof sql === 'string' ? sql : sql.sqlite).all();
    } finally {
      db.close();
    }
  }
  const { address } = database;
  const { host, port, user, password, schema } = address;
  const where = `host=${host} port=${port} user=${user} dbname=${address.database} options='-csearch_path=${part === 'store' ? schema : engineSchema(address)}'`;
  const text = typeof sql === 'string' ? sql : sql.postgres;
  const rows = execFileSync('psql', ['-qAtX', '-c', `with t as (${text}) select json_agg(t) from t`, where], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, PGPASSWORD: password },
  });
  return JSON.parse(rows.trim() || '[]');
}
