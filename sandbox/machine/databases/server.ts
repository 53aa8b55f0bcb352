/** A database of a simulated server: rows by table. */
export interface DatabaseState {
  owner: string;
  tables: Record<string, string[]>;
  /** Of others, at the moment. */
  connections: number;
}

/** A server of PostgreSQL or MongoDB, as its programs at the command line show it. */
export interface ServerState {
  kind: 'postgres' | 'mongodb';
  /** PostgreSQL's `server_version_num`. */
  version: number;
  databases: Map<string, DatabaseState>;
  roles: Set<string>;
  /** How long a dump takes, in ms of the clock. */
  dumpMs: number;
}

/** What is wrong with a server or with its programs. */
export type DatabaseFault =
  /** Nothing answers; the password is not taken. */
  | 'down'
  | 'refused'
  /** A dump ends in its middle: with an error, or as if all were well. */
  | 'dies'
  | 'cut'
  /** The programs are older than the server. */
  | 'older'
  /** A dump has no end. */
  | 'hangs';

const CIRCLECI = {
  postgres: [
    'circle',
    'conductor_production',
    'contexts_service_production',
    'cron_service_production',
    'domain',
    'federations',
    'permissions',
    'vms',
  ],
  mongodb: ['circle_ghe', 'build_state_dev_ghe', 'containers_dev_ghe'],
} as const;

/** CircleCI's own databases with a few rows each. */
export function circleciServer(kind: ServerState['kind']): ServerState {
  return {
    kind,
    version: 90_523,
    databases: new Map(CIRCLECI[kind].map((name) => [name, filled(name)])),
    roles: new Set(kind === 'postgres' ? ['postgres', 'circle'] : []),
    dumpMs: 20_000,
  };
}

function filled(name: string): DatabaseState {
  const rows = (table: string, count: number) =>
    Array.from({ length: count }, (_, i) => `${name}.${table} ${i + 1}`);
  const tables =
    name === 'circle'
      ? { circle_migrations: rows('circle_migrations', 20), build_jobs: rows('build_jobs', 300) }
      : { things: rows('things', 10) };
  return { owner: 'circle', tables, connections: 0 };
}

/** What a dump holds: read again it is the same. */
export interface DumpText {
  database: string;
  owner: string;
  tables: Record<string, string[]>;
}

const HEAD = { postgres: 'PGDMP sandbox\n', mongodb: 'MONGO sandbox\n' };
/** Of MongoDB's archives, one character a byte. */
const END = { postgres: '\nEND', mongodb: '\n\xff\xff\xff\xff' };

export function dumpText(kind: ServerState['kind'], dump: DumpText): string {
  return HEAD[kind] + JSON.stringify(dump) + END[kind];
}

/** Undefined where it is none, or was cut off. */
export function readDump(kind: ServerState['kind'], text: string): DumpText | undefined {
  if (!text.startsWith(HEAD[kind]) || !text.endsWith(END[kind])) return undefined;
  return JSON.parse(text.slice(HEAD[kind].length, -END[kind].length)) as DumpText;
}
