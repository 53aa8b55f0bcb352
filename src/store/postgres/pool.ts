import type { PostgresPool } from 'kysely';
import pg from 'pg';
import type { PostgresAddress } from '../../core/model/database.ts';
import { isAnswer, postgresProblem } from './problem.ts';

const CONNECTIONS = 10;
const CONNECT_TIMEOUT_MS = 10_000;
/** No query of the bot's takes a second; a disk that fails, or a migration next door, may hold it up. */
const STATEMENT_TIMEOUT_MS = 30_000;
/** Where no answer comes at all: a network that is gone says nothing. */
const ANSWER_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 5_000;
const LOCK_TIMEOUT_MS = 20_000;
/** A process that stands still amid a transaction holds everybody up: the server ends it, and undoes what it began. */
const IDLE_IN_TRANSACTION_MS = 10_000;
const INT8 = 20;

/** Times and counts, which stay far below 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    Number(oid) === INT8 ? (value: string) => Number(value) : pg.types.getTypeParser(oid, format),
};

/** How a connection of the bot's is made. pg reads nothing from the environment: all it asks for is said here. */
export function clientConfig(address: PostgresAddress): pg.ClientConfig {
  const { host, port, database, user, password, tls, schema } = address;
  return {
    host,
    port,
    database,
    user,
    password: () => password ?? '',
    ssl: tls === 'disable' ? false : { host, rejectUnauthorized: tls === 'verify-full' },
    application_name: 'circleci-backup',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    keepAlive: true,
    types,
    options: [
      `search_path=${schema}`,
      `statement_timeout=${STATEMENT_TIMEOUT_MS}`,
      `lock_timeout=${LOCK_TIMEOUT_MS}`,
      `idle_in_transaction_session_timeout=${IDLE_IN_TRANSACTION_MS}`,
    ]
      .map((setting) => `-c ${setting}`)
      .join(' '),
  };
}

/**
 * Connections for Kysely. Every failing query rejects with a `store-unavailable` ProblemError; a connection on which
 * anything failed but a query is thrown away, and the next query makes another.
 */
export function createPool(address: PostgresAddress): PostgresPool {
  const pool = new pg.Pool({ ...clientConfig(address), max: CONNECTIONS });
  // Nobody waits for an idle connection that is lost; without listeners it would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const inWords = (error: unknown) => postgresProblem(error, address);
  return {
    options: pool.options,
    end: () => pool.end(),
    connect: () =>
      pool.connect().then(
        (client) => speaking(client, inWords),
        (error: unknown) => {
          throw inWords(error);
        },
      ),
  };
}

/** The connection as it is, but for its errors. */
function speaking(client: pg.PoolClient, inWords: (error: unknown) => Error): pg.PoolClient {
  let isBroken = false;
  const query = async (sql: string, parameters: unknown[]) => {
    try {
      return await client.query(sql, parameters);
    } catch (error) {
      isBroken ||= !isAnswer(error);
      throw inWords(error);
    }
  };
  const release = (destroy?: boolean) => client.release(destroy === true || isBroken);
  return new Proxy(client, {
    get: (_, name) =>
      name === 'query' ? query : name === 'release' ? release : Reflect.get(client, name, client),
  });
}
