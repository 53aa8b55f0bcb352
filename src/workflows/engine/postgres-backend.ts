import type { Backend } from 'openworkflow/internal';
import { BackendPostgres } from 'openworkflow/postgres';
import { engineSchema, type PostgresAddress } from '../../core/model/database.ts';

/**
 * The engine's records in a schema of their own, made or brought forward here: four first starts at once would fail three
 * times (facts: next-capabilities.md), so one process at a time does this. Rejects with OpenWorkflow's error around the
 * driver's.
 */
export function postgresBackend(address: PostgresAddress): Promise<Backend> {
  return BackendPostgres.connect(addressText(address), { schema: engineSchema(address) });
}

/**
 * The address as the driver `postgres` reads it: what it does not know itself goes to the server as a setting. `require`
 * means the same there, and `verify-full` checks with Node's own authorities and NODE_EXTRA_CA_CERTS.
 */
function addressText({ host, port, database, user, password, tls }: PostgresAddress): string {
  const isSocket = host.startsWith('/');
  const name = isSocket ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  const who = [user, ...(password === undefined ? [] : [password])].map(encodeURIComponent).join(':');
  const settings = new URLSearchParams({
    ...(isSocket ? { host } : {}),
    sslmode: tls,
    connect_timeout: '10',
    application_name: 'circleci-backup engine',
    // It prints what the server remarks on, as that a schema is there already.
    client_min_messages: 'error',
    statement_timeout: '30000',
    idle_in_transaction_session_timeout: '10000',
  });
  return `postgres://${who}@${name}:${port}/${encodeURIComponent(database)}?${settings}`;
}
