import {
  type FolderStore,
  type HostedStore,
  type MongoStore,
  type PostgresStore,
  storeInWords,
} from '../model/datastore.ts';
import { trimEndOf } from '../text/text.ts';

/** What a dump holds: a database in PostgreSQL's own form, its roles as SQL, or a database in MongoDB's. */
export type DumpForm = 'custom' | 'globals' | 'archive';

/** A part of a datastore that restic keeps as one snapshot of one file, made on the host by a command. */
export interface Dump {
  form: DumpForm;
  /** Its name in the snapshot; restic 0.18.0 takes no folder in it. */
  file: string;
  /** What it is, e.g. `database circle`. */
  what: string;
  /** Missing of the globals. */
  database?: string;
  /** What prints it, with its arguments; without secrets. */
  command: readonly string[];
}

/** A folder that restic keeps as one snapshot. */
export interface FolderCopy {
  form: 'folder';
  what: string;
  folder: string;
}

export type Part = Dump | FolderCopy;

/** All parts of a datastore in the order in which they are made. */
export function partsOf(store: HostedStore): Part[] {
  switch (store.kind) {
    case 'postgres':
      return [...store.databases.map((database) => postgresDump(store, database)), globals(store)];
    case 'mongodb':
      return store.databases.map((database) => mongoDump(store, database));
    default:
      return [folderCopy(store)];
  }
}

function postgresDump(store: PostgresStore, database: string): Dump {
  // Uncompressed: restic compresses by itself, and a change of one row then costs its own blocks alone.
  const args = ['-Fc', '-Z0', '--lock-wait-timeout=60s', '-d', database];
  return {
    form: 'custom',
    file: `${store.name}.${database}.dump`,
    what: `database ${database}`,
    database,
    command: postgres(store, 'pg_dump', args),
  };
}

function globals(store: PostgresStore): Dump {
  return {
    form: 'globals',
    file: globalsFile(store),
    what: 'the globals (roles and their passwords’ hashes)',
    command: postgres(store, 'pg_dumpall', ['--globals-only']),
  };
}

function globalsFile({ name }: Pick<PostgresStore, 'name'>): string {
  return `${name}.globals.sql`;
}

function mongoDump(store: MongoStore, database: string): Dump {
  return {
    form: 'archive',
    file: `${store.name}.${database}.archive`,
    what: `database ${database}`,
    database,
    command: mongo(store, 'mongodump', [`--db=${database}`, '--archive']),
  };
}

function folderCopy({ folder }: FolderStore): FolderCopy {
  return { form: 'folder', what: `the folder ${folder}`, folder };
}

/** One of PostgreSQL's programs, which never asks for a password. */
export function postgres(
  { connection, tools }: Pick<PostgresStore, 'connection' | 'tools'>,
  program: 'pg_dump' | 'pg_dumpall' | 'pg_restore' | 'psql' | 'createdb',
  args: readonly string[],
): string[] {
  const { server, serverPort, login, passfile, service, servicefile } = connection;
  const variables = [
    ['PGHOST', server],
    ['PGPORT', serverPort],
    ['PGUSER', login],
    ['PGPASSFILE', passfile],
    ['PGSERVICE', service],
    ['PGSERVICEFILE', servicefile],
    // A server that does not answer at all is told before the time of all dumps is over.
    ['PGCONNECT_TIMEOUT', 20],
  ] as const;
  const set = variables.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  return ['env', ...set, inFolder(tools, program), '-w', ...args];
}

/** One of MongoDB's programs; a password is in the file alone. */
export function mongo(
  { config, tools }: Pick<MongoStore, 'config' | 'tools'>,
  program: 'mongodump' | 'mongorestore',
  args: readonly string[],
): string[] {
  return [inFolder(tools, program), ...(config === undefined ? [] : [`--config=${config}`]), ...args];
}

export function inFolder(folder: string | undefined, program: string): string {
  return folder === undefined ? program : `${trimEndOf(folder, '/')}/${program}`;
}

/** Prints the server's version as a number, e.g. `90523`. */
export function serverVersionCommand(store: PostgresStore): string[] {
  const [database = 'postgres'] = store.databases;
  return postgres(store, 'psql', ['-X', '-A', '-t', '-q', '-d', database, '-c', 'SHOW server_version_num']);
}

/**
 * By which restic tells a datastore's snapshots from the files', and finds the last one of the same: `prod.pg`. Neither name has
 * a dot. Its own list is the catalogue of dumps.
 */
export function datastoreHost(target: string, { name }: Pick<HostedStore, 'name'>): string {
  return `${target}.${name}`;
}

/** A comma would make two. */
export function datastoreTags(runId: string): string[] {
  return [`run=${runId}`];
}

export function partInWords(store: Pick<HostedStore, 'name' | 'kind'>, { what }: Pick<Part, 'what'>): string {
  return `${what} of ${storeInWords(store)}`;
}
