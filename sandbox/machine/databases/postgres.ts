import { done, failed, untilAborted } from '../access/session.ts';
import type { Call, Outcome, Tool } from '../inside.ts';
import { type DumpText, dumpText, readDump, type ServerState } from './server.ts';

/** PostgreSQL's programs, as they answer at their command lines (tried with 15). */
export const POSTGRES_TOOLS: Tool[] = [
  { name: 'pg_dump', run: pgDump },
  { name: 'pg_dumpall', run: pgDumpall },
  { name: 'pg_restore', run: pgRestore },
  { name: 'psql', run: psql },
];

const OLDER = '9.4.26';

function server(call: Call): ServerState {
  const found = call.session.machine.disk.databases.postgres;
  if (found === undefined) throw new Error('this machine has no PostgreSQL');
  return found;
}

function version(call: Call): string {
  if (call.session.machine.faults.databases === 'older') return OLDER;
  const { version: number } = server(call);
  return `${Math.floor(number / 10_000)}.${Math.floor(number / 100) % 100}.${number % 100}`;
}

/** Why nobody gets in; undefined where one does. */
function refusal(program: string, call: Call): Outcome | undefined {
  const { faults } = call.session.machine;
  const at = `${program}: error: connection to server at "127.0.0.1", port 5432 failed`;
  if (faults.databases === 'down')
    return failed(`${at}: Connection refused\n\tIs the server running on that host?\n`);
  if (faults.databases === 'refused')
    return failed(`${at}: FATAL:  password authentication failed for user "backup"\n`);
  return undefined;
}

function optionOf(args: readonly string[], option: string): string | undefined {
  const at = args.indexOf(option);
  return at < 0 ? undefined : args[at + 1];
}

async function pgDump(args: string[], call: Call): Promise<Outcome> {
  if (args.includes('--version')) return done(`pg_dump (PostgreSQL) ${version(call)}\n`);
  const { clock, faults } = call.session.machine;
  const refused = refusal('pg_dump', call);
  if (refused !== undefined) return refused;
  const name = optionOf(args, '-d') ?? '';
  const database = server(call).databases.get(name);
  if (database === undefined)
    return failed(`pg_dump: error: connection to server failed: FATAL:  database "${name}" does not exist\n`);
  if (faults.databases === 'hangs') await untilAborted(call.signal);
  await clock.sleep(server(call).dumpMs, call.signal);
  const { owner, tables } = database;
  const text = dumpText('postgres', { database: name, owner, tables });
  if (faults.databases === 'cut') return { ...done(text.slice(0, text.length / 2)), bytes: true };
  if (faults.databases === 'dies') {
    const stderr =
      'pg_dump: error: Dumping the contents of table failed: server closed the connection unexpectedly\n';
    return { stdout: text.slice(0, text.length / 2), stderr, exitCode: 1, bytes: true };
  }
  return { ...done(text), bytes: true };
}

function pgDumpall(_args: string[], call: Call): Outcome {
  const refused = refusal('pg_dumpall', call);
  if (refused !== undefined) return refused;
  const roles = [...server(call).roles].map(
    (role) => `CREATE ROLE ${role};\nALTER ROLE ${role} WITH LOGIN PASSWORD 'md5sandbox';\n`,
  );
  return done(
    `--\n-- PostgreSQL database cluster dump\n--\n\n${roles.join('')}\n--\n-- PostgreSQL database cluster dump complete\n--\n`,
  );
}

function pgRestore(args: string[], call: Call): Outcome {
  const dump = readDump('postgres', call.stdin);
  if (args.includes('-C') && optionOf(args, '-f') === '-') return createOf(call.stdin);
  if (dump === undefined) return failed('pg_restore: error: could not read from input file: end of file\n');
  const name = optionOf(args, '-d');
  if (name === undefined) {
    const lines = Object.keys(dump.tables).map(
      (table) => `pg_restore: processing data for table "public.${table}"\n`,
    );
    return { stdout: '', stderr: args.includes('-v') ? lines.join('') : '', exitCode: 0 };
  }
  const refused = refusal('pg_restore', call);
  if (refused !== undefined) return refused;
  return takeIn(call, name, dump);
}

/** The head of a dump alone says how its database is made. */
function createOf(text: string): Outcome {
  const [, database, owner] = /^PGDMP sandbox\n\{"database":"(\w+)","owner":"(\w+)"/.exec(text) ?? [];
  if (database === undefined) return failed('pg_restore: error: input file is too short\n');
  return done(
    `CREATE DATABASE ${database} WITH TEMPLATE = template0 ENCODING = 'UTF8';\nALTER DATABASE ${database} OWNER TO ${owner};\n`,
  );
}

function takeIn(call: Call, name: string, { tables }: DumpText): Outcome {
  const database = server(call).databases.get(name);
  if (database === undefined) return failed(`pg_restore: error: FATAL:  database "${name}" does not exist\n`);
  const there = Object.keys(tables).find((table) => table in database.tables);
  if (there !== undefined) return failed(`pg_restore: error: relation "${there}" already exists\n`);
  Object.assign(database.tables, structuredClone(tables));
  return done();
}

function psql(args: string[], call: Call): Outcome {
  const refused = refusal('psql', call);
  if (refused !== undefined) return refused;
  const sql = optionOf(args, '-c');
  return sql === undefined ? script(call) : answer(sql, optionOf(args, '-d') ?? '', call);
}

function answer(sql: string, name: string, call: Call): Outcome {
  const { databases, roles, version: number } = server(call);
  if (sql === 'SHOW server_version_num') return done(`${number}\n`);
  if (sql.includes('pg_stat_activity')) {
    const asked = [...sql.matchAll(/'([^']*)'/g)].map(([, one = '']) => one);
    const there = [...databases].filter(([one]) => asked.includes(one));
    return done(there.map(([one, { connections }]) => `${one}|${connections}\n`).join(''));
  }
  if (sql.includes('FROM pg_class'))
    return done(`${Object.keys(databases.get(name)?.tables ?? {}).length}\n`);
  if (sql.includes('FROM pg_roles')) return done([...roles].map((role) => `${role}\n`).join(''));
  const [, wanted] = /^SELECT 1 FROM pg_database WHERE datname = '([^']+)'$/.exec(sql) ?? [];
  if (wanted !== undefined) return done(databases.has(wanted) ? '1\n' : '');
  return failed(`psql: error: the sandbox does not know ${sql}\n`);
}

/** Statements from standard input, all of them or none. */
function script(call: Call): Outcome {
  const { databases, roles } = server(call);
  const made: (() => void)[] = [];
  for (const line of call.stdin.split('\n')) {
    const [, database] = /^CREATE DATABASE (\w+) /.exec(line) ?? [];
    const [, role] = /^CREATE ROLE (\w+);$/.exec(line) ?? [];
    if (line.includes('circleci_backup_globals_were_cut_off') || (role !== undefined && roles.has(role)))
      return failed('psql:<stdin>: ERROR\n', 3);
    if (database !== undefined)
      made.push(() => databases.set(database, { owner: 'circle', tables: {}, connections: 0 }));
    if (role !== undefined) made.push(() => roles.add(role));
  }
  for (const make of made) make();
  return done();
}
