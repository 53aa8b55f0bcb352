import pg from 'pg';
import { type PostgresAddress, serverName } from '../../core/model/database.ts';
import type { ProblemError } from '../../core/problems/problem.ts';
import { unavailable } from '../unavailable.ts';
import { clientConfig } from './pool.ts';
import { postgresProblem } from './problem.ts';

/** PostgreSQL 14: the oldest that its makers still look after, and that tests have seen. */
const OLDEST = 140_000;
/** While another process migrates. */
const MIGRATING_TIMEOUT = '120s';

/**
 * Looks whether this server can be used at all, makes the schema where it is missing, and does the work while no other
 * process does any such. The lock is a transaction's, so it ends with this process however that ends. Rejects with a
 * `store-unavailable` ProblemError.
 */
export async function onePreparing<T>(address: PostgresAddress, work: () => Promise<T>): Promise<T> {
  return withClient(address, async (client) => {
    await checkServer(client, address);
    await client.query('begin');
    await client.query(`set local lock_timeout = '${MIGRATING_TIMEOUT}'`);
    await client.query(`set local statement_timeout = '${MIGRATING_TIMEOUT}'`);
    await client.query('set local idle_in_transaction_session_timeout = 0');
    await client.query("select pg_advisory_xact_lock(hashtextextended('migrations ' || $1, 0))", [
      address.schema,
    ]);
    await makeSchema(address);
    const result = await work();
    await client.query('commit');
    return result;
  });
}

/** The same looks, and nothing made. Whether the schema is there. */
export async function lookAtServer(address: PostgresAddress): Promise<boolean> {
  return withClient(address, async (client) => {
    await checkServer(client, address);
    return hasSchema(client, address.schema);
  });
}

async function withClient<T>(address: PostgresAddress, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(clientConfig(address));
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    throw postgresProblem(error, address);
  } finally {
    await client.end().catch(() => {});
  }
}

/** `create schema if not exists` asks for the right to make one even where it is there. */
async function makeSchema(address: PostgresAddress): Promise<void> {
  await withClient(address, async (client) => {
    if (!(await hasSchema(client, address.schema))) await client.query(`create schema ${address.schema}`);
  });
}

async function hasSchema(client: pg.Client, schema: string): Promise<boolean> {
  const { rowCount } = await client.query('select from pg_namespace where nspname = $1', [schema]);
  return rowCount === 1;
}

interface Facts {
  version: number;
  encoding: string;
  recovery: boolean;
  readonly: string;
  path: string;
  pid: number;
}

async function checkServer(client: pg.Client, address: PostgresAddress): Promise<void> {
  const { rows } = await client.query<Facts>(
    `select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding,
       pg_is_in_recovery() as recovery, current_setting('default_transaction_read_only') as readonly,
       current_setting('search_path') as path, pg_backend_pid() as pid`,
  );
  const [facts] = rows;
  const refusal = facts === undefined ? undefined : refusalOf(facts, address);
  if (refusal !== undefined) throw refusal;
  if (await isPooled(client, address)) throw pooled(address);
}

function refusalOf(facts: Facts, address: PostgresAddress): ProblemError | undefined {
  const server = serverName(address);
  if (facts.version < OLDEST)
    return unavailable(
      `${server} is PostgreSQL ${Math.floor(facts.version / 10_000)}, which is too old`,
      undefined,
      'Use PostgreSQL 14 or newer.',
    );
  if (facts.encoding !== 'UTF8')
    return unavailable(
      `${server} keeps texts as ${facts.encoding}`,
      undefined,
      'Use a database with the encoding UTF8.',
    );
  if (facts.recovery)
    return unavailable(
      `${server} is a standby, which only reads`,
      undefined,
      'Name the primary server in DATABASE_URL.',
    );
  if (facts.readonly === 'on')
    return unavailable(
      `${server} is read-only (default_transaction_read_only)`,
      undefined,
      'Name the primary server in DATABASE_URL, or let the bot’s user write.',
    );
  return facts.path === address.schema ? undefined : pooled(address);
}

/**
 * Whether one session is served by several: what the bot relies on (its settings, and being woken by the server) belongs
 * to a session. A second connection that begins a transaction takes over the process that has just served the first one.
 */
async function isPooled(client: pg.Client, address: PostgresAddress): Promise<boolean> {
  const pidOf = async (one: pg.Client) =>
    (await one.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid;
  const before = await pidOf(client);
  return withClient(address, async (other) => {
    await other.query('begin');
    const theirs = await pidOf(other);
    const after = await pidOf(client);
    await other.query('rollback');
    return theirs === before || after !== before;
  });
}

function pooled(address: PostgresAddress): ProblemError {
  return unavailable(
    `a connection pooler stands before ${serverName(address)} and shares its sessions (transaction mode)`,
    undefined,
    'Name the server itself in DATABASE_URL: the bot keeps a pool of its own.',
  );
}
