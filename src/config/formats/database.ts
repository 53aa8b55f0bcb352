import type { Database, PostgresAddress, Tls } from '../../core/model/database.ts';
import { SHORTEST_SECRET } from '../../core/text/redact.ts';
import { bad, type Format, format, good, type Reading } from './format.ts';
import { sqliteFolder } from './sqlite-folder.ts';
import { passwordsIn } from './url.ts';

const USE_POSTGRES = 'Use postgres://USER:PASSWORD@HOST:5432/DATABASE?sslmode=verify-full';
const MODES = new Map<string, Tls>([
  ['disable', 'disable'],
  ['require', 'require'],
  ['verify-full', 'verify-full'],
]);
const NAMES = ['sslmode', 'schema', 'host'];
/** The longest name in Postgres has 63 bytes, and the engine's schema is this and `_engine`. */
const SCHEMA = /^[a-z_][a-z0-9_]{0,50}$/;

/** `sqlite:./data` gives the folder in which the bot keeps its files, `postgres://…` the server that keeps its data. */
export const database: Format<Database> = format((text) => {
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):(.*)$/su.exec(text) ?? [];
  if (scheme === 'postgres' || scheme === 'postgresql') return readPostgres(text);
  const use = 'Use sqlite: and a folder, or postgres:// and a database';
  if (scheme === 'sqlite') {
    const folder = sqliteFolder(text);
    return folder === undefined
      ? bad({ what: 'names no folder', use: 'Use sqlite: and a folder' })
      : good({ kind: 'sqlite', folder });
  }
  // A password may stand where a scheme is expected; only what is surely a scheme is shown.
  return scheme !== undefined && rest?.startsWith('//')
    ? bad({ part: scheme, what: 'is not a kind of database this bot knows', use })
    : bad({ what: 'does not say where the bot keeps its data', use });
});

function readPostgres(text: string): Reading<Database> {
  // No part of it is shown: where a password holds a ? or #, its end stands where something else is expected.
  const wrong = (what: string, use = USE_POSTGRES) => bad({ what, use });
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const decoded = url === undefined ? undefined : decodedParts(url);
  if (url === undefined || decoded === undefined)
    return wrong(
      'is not the address of a database',
      `${USE_POSTGRES}, and write what is special in a password as %40 for @`,
    );
  const unknown = [...url.searchParams.keys()].find((name) => !NAMES.includes(name));
  if (unknown === 'sslrootcert')
    return wrong(
      'names an sslrootcert, which is not read here',
      'Set NODE_EXTRA_CA_CERTS to the file of the certificate authority',
    );
  if (unknown !== undefined)
    return wrong(
      'has something behind its ? that this bot does not know',
      `Use ${NAMES.join(', ')} alone there`,
    );
  const host = url.searchParams.get('host') ?? decoded.host;
  if (host === '') return wrong('names no host');
  if (url.searchParams.has('host') && !host.startsWith('/'))
    return wrong(
      'has a host behind its ? that is not the folder of a socket',
      'Write any other host before the database',
    );
  if (decoded.user === '') return wrong('names no user');
  if (decoded.database === '' || decoded.database.includes('/')) return wrong('names no database');
  if (passwordsIn(text).some((password) => password.length < SHORTEST_SECRET) && decoded.password !== '')
    return wrong('holds a password too short to be kept out of logs', 'Use a longer password');
  const mode = url.searchParams.get('sslmode');
  const isLocal = host.startsWith('/') || /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host);
  const tls = mode === null ? (isLocal ? 'disable' : 'verify-full') : MODES.get(mode);
  if (tls === undefined)
    return wrong(
      'has an sslmode that this bot does not know',
      'Use verify-full, which is the safe one; require, which encrypts and trusts whoever answers; or disable',
    );
  const schema = url.searchParams.get('schema') ?? 'circleci_backup';
  if (!SCHEMA.test(schema))
    return wrong(
      'has a schema that is not a schema’s name',
      'Use up to 51 small letters, digits and underscores, no digit first',
    );
  const { user, password } = decoded;
  const address: PostgresAddress = {
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? 5432 : Number(url.port),
    database: decoded.database,
    user,
    ...(password === '' ? {} : { password }),
    tls,
    schema,
  };
  return good({ kind: 'postgres', address });
}

/** Undefined where something is not percent-encoded as it should be. */
function decodedParts(
  url: URL,
): { host: string; user: string; password: string; database: string } | undefined {
  try {
    return {
      host: decodeURIComponent(url.hostname),
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      database: decodeURIComponent(url.pathname.slice(1)),
    };
  } catch {
    return undefined;
  }
}
