import type { HostedStore, MongoStore, PostgresStore } from '../model/datastore.ts';
import { quoteForShell } from '../text/shell.ts';
import { inFolder, mongo, postgres } from './dumps.ts';
import { GLOBALS_END, inShell, printing } from './reading.ts';
import type { RestoredPart } from './restore-order.ts';

/**
 * Takes the globals in as they are but for roles that are there, which keep their passwords: one of them is who restores. All of it
 * or nothing; what psql says is not passed on, for it quotes passwords' hashes.
 */
function globalsScript(store: PostgresStore, print: readonly string[]): string {
  const roles = postgres(store, 'psql', psqlArgs('postgres', 'SELECT quote_ident(rolname) FROM pg_roles'));
  const take = postgres(store, 'psql', [
    '-X',
    '-q',
    '-1',
    '-v',
    'ON_ERROR_STOP=1',
    '-d',
    'postgres',
    '-f',
    '-',
  ]);
  const awk = `BEGIN { n = split(ENVIRON["ROLES"], names, "\\n"); for (i = 1; i <= n; i++) known[names[i]] = 1 }
/^\\\\(un)?restrict / { next }
$0 == "${GLOBALS_END}" { whole = 1 }
/^CREATE ROLE / { name = substr($0, 13); sub(/;$/, "", name); if (name in known) next }
/^ALTER ROLE / { for (name in known) if (index($0, "ALTER ROLE " name " WITH ") == 1) next }
{ print }
END { if (!whole) print "SELECT circleci_backup_globals_were_cut_off;" }`;
  return (
    `ROLES=$(${inShell(roles)} < /dev/null) || exit 3; export ROLES; ` +
    `${printing(print)} | awk ${quoteForShell(awk)} | ${inShell(take)} > /dev/null 2>&1`
  );
}

/** As the dump itself has it: with its encoding, its locale and its owner. Where it is there, nothing is done. */
function createScript(store: PostgresStore, database: string, print: readonly string[]): string {
  const there = postgres(
    store,
    'psql',
    psqlArgs('postgres', `SELECT 1 FROM pg_database WHERE datname = ${quoteForSql(database)}`),
  );
  // A schema that is not there leaves of a dump what makes the database.
  const make = [inFolder(store.tools, 'pg_restore'), '-f', '-', '-C', '-n', 'circleci_backup_none'];
  const take = postgres(store, 'psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', 'postgres', '-f', '-']);
  return (
    `there=$(${inShell(there)} < /dev/null) || exit 3; [ "$there" = 1 ] || ` +
    `{ ${printing(print)} 2> /dev/null | ${inShell(make)} | grep -E '^(CREATE|ALTER) DATABASE ' | ${inShell(take)}; } || exit 4; `
  );
}

/** What takes a part in, reading what `print` prints; undefined of a folder, which restic puts back itself. */
export function takingCommand(
  store: HostedStore,
  part: RestoredPart,
  print: readonly string[],
): string[] | undefined {
  const script = scriptFor(store, part, print);
  return script === undefined ? undefined : ['sh', '-c', script];
}

function scriptFor(
  store: HostedStore,
  { form, database = '' }: RestoredPart,
  print: readonly string[],
): string | undefined {
  if (store.kind === 'postgres' && form === 'globals') return globalsScript(store, print);
  if (store.kind === 'postgres' && form === 'custom')
    return `${printing(print)} | ${inShell(pgRestore(store, database))}`;
  if (store.kind === 'mongodb' && form === 'archive')
    return `${printing(print)} | ${inShell(mongoRestore(store, database))}`;
  return undefined;
}

/** All of a database or nothing. */
export function pgRestore(store: PostgresStore, database: string): string[] {
  return postgres(store, 'pg_restore', ['--exit-on-error', '--single-transaction', '-d', database]);
}

export function mongoRestore(store: MongoStore, database: string): string[] {
  return mongo(store, 'mongorestore', ['--archive', `--nsInclude=${database}.*`, '--stopOnError']);
}

/** Makes the database of a dump where it is not there. */
export function creatingCommand(store: PostgresStore, database: string, print: readonly string[]): string[] {
  return ['sh', '-c', createScript(store, database, print)];
}

function psqlArgs(database: string, sql: string): string[] {
  return ['-X', '-A', '-t', '-q', '-d', database, '-c', sql];
}

/** Prints the names of those databases that are there, each with its connections of others. */
export function databasesThere(store: PostgresStore): string[] {
  const sql = `SELECT d.datname, (SELECT count(*) FROM pg_stat_activity a WHERE a.datname = d.datname AND a.pid <> pg_backend_pid()) FROM pg_database d WHERE d.datname IN (${store.databases.map(quoteForSql).join(', ')})`;
  return postgres(store, 'psql', psqlArgs('postgres', sql));
}

/** Prints how many tables a database has that are nobody's but people's. */
export function tablesIn(store: PostgresStore, database: string): string[] {
  const sql =
    "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'm', 'v', 'S') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";
  return postgres(store, 'psql', psqlArgs(database, sql));
}

/** Ends at the first collection that a database has, and prints its name; needs no shell of MongoDB’s, which may be any of two. */
export function collectionsIn(store: MongoStore, database: string): string[] {
  const dump = mongo(store, 'mongodump', [`--db=${database}`, '--archive']);
  return [
    'sh',
    '-c',
    `${inShell(dump)} 2>&1 > /dev/null < /dev/null | grep -m 1 -F ${quoteForShell(`writing ${database}.`)}`,
  ];
}

/** Names of databases hold no quotes; what is quoted here is quoted all the same. */
function quoteForSql(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** How a line of `databasesThere` reads: `circle|3`. */
export function readDatabases(printed: string): Map<string, number> {
  const lines = printed.split('\n').flatMap((line) => {
    const [, name, count] = /^([^|]{1,63})\|(\d{1,9})$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, Number(count)] as const];
  });
  return new Map(lines);
}

export function readCount(printed: string): number | undefined {
  return /^\s*\d{1,9}\s*$/.test(printed) ? Number(printed) : undefined;
}
