import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PostgresConnection } from '../../../src/core/model/datastore.ts';
import { startPostgres } from '../postgres/server.ts';

const VERSIONS = '/usr/lib/postgresql';
const MOST_BYTES = 64 * 1024 ** 2;

export interface Databases {
  /** How its programs find it, with a file that holds its password. */
  connection: PostgresConnection;
  /** A file with a wrong one. */
  wrongPassfile: string;
  /** The folder of its programs, and their release, e.g. `15`. */
  tools: string;
  release: string;
  /** As its programs are told where it is. */
  env: Record<string, string>;
  /** What psql prints of each statement. */
  sql(database: string, ...statements: string[]): string;
  close(): Promise<void>;
}

/** A real PostgreSQL with its programs, which wants a password of everybody. */
export async function startDatabases(): Promise<Databases> {
  const server = await startPostgres();
  const release = readdirSync(VERSIONS).sort((a, b) => Number(b) - Number(a))[0] ?? '';
  const tools = join(VERSIONS, release, 'bin');
  const kept = (name: string, password: string) => {
    const path = join(server.folder, name);
    writeFileSync(path, `*:*:*:*:${password}\n`, { mode: 0o600 });
    return path;
  };
  const passfile = kept('pgpass', server.address().password ?? '');
  const env = { PGHOST: '127.0.0.1', PGPORT: String(server.port), PGUSER: 'owner', PGPASSFILE: passfile };
  const quiet = ['-w', '-X', '-A', '-t', '-q', '-v', 'ON_ERROR_STOP=1'];
  return {
    connection: { server: '127.0.0.1', serverPort: server.port, login: 'owner', passfile },
    wrongPassfile: kept('wrong', 'not-the-password'),
    tools,
    release,
    env,
    sql: (database, ...statements) =>
      execFileSync(
        join(tools, 'psql'),
        [...quiet, '-d', database, ...statements.flatMap((one) => ['-c', one])],
        {
          encoding: 'utf8',
          maxBuffer: MOST_BYTES,
          env,
        },
      ),
    close: () => server.close(),
  };
}
