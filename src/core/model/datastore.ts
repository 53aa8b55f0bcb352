import type { MissingPart } from '../problems/datastores.ts';
import type { Problem } from '../problems/problem.ts';
import { bytesInWords, counted, durationInWords, utcTime } from '../text/words.ts';
import type { SshAddress } from './ssh-access.ts';

export const DATASTORE_KINDS = ['postgres', 'mongodb', 'vault', 'keys', 'rds'] as const;

export type DatastoreKind = (typeof DATASTORE_KINDS)[number];

/** CircleCI's databases in an installation with external datastores (facts: circleci-services-machine.md). */
export const CIRCLECI_DATABASES = {
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

interface AnyDatastore {
  /** Lower-case letters, digits and dashes; part of the names of its dumps, so unique in its target. */
  name: string;
}

/** What is reached by commands on a host. */
interface OnHost extends AnyDatastore {
  /** The host on which they run; missing: the Services machine. Holds a secret. */
  at?: SshAddress;
}

/** How PostgreSQL's programs find their server, on the host where they run. Passwords are in files there alone. */
export interface PostgresConnection {
  /** A host, an address, or the folder of a socket. */
  server?: string;
  serverPort?: number;
  login?: string;
  passfile?: string;
  /** Of `servicefile`, else of the file that libpq looks for. */
  service?: string;
  servicefile?: string;
}

export interface PostgresStore extends OnHost {
  kind: 'postgres';
  databases: readonly string[];
  connection: PostgresConnection;
  /** The folder of pg_dump, pg_restore and psql where they are not in the PATH. */
  tools?: string;
}

export interface MongoStore extends OnHost {
  kind: 'mongodb';
  databases: readonly string[];
  /** For `--config`: a YAML file on the host that holds the password or the URI. */
  config?: string;
  tools?: string;
}

/** Vault's file storage, or CircleCI's encryption keys. */
export interface FolderStore extends OnHost {
  kind: 'vault' | 'keys';
  folder: string;
}

/** An instance of RDS in the target's region, by its own snapshots. */
export interface RdsStore extends AnyDatastore {
  kind: 'rds';
  instance: string;
}

/** A store outside the Services machine's image that CircleCI needs to come back. */
export type Datastore = PostgresStore | MongoStore | FolderStore | RdsStore;

export type HostedStore = Exclude<Datastore, RdsStore>;

/** A target's, and how long all of them may take, in ms. */
export interface Datastores {
  stores: readonly Datastore[];
  timeoutMs: number;
}

/** What became of one part of a datastore (a database, its roles, a folder, a snapshot of RDS) in a backup. */
export interface PartResult {
  /** E.g. `database circle`. */
  what: string;
  /** Of restic, or of RDS. */
  snapshotId?: string;
  /** Of a dump: its name in the snapshot. */
  file?: string;
  bytes?: number;
  /** When it was begun and done, in ms since epoch; missing where it was not. */
  from?: number;
  to?: number;
  /** Set: it is not in the backup, or cannot be counted on. Why, and what to do, as sentences. */
  lacks?: { why: string; next: string };
}

export interface StoreResult {
  name: string;
  kind: DatastoreKind;
  parts: PartResult[];
  /** What a person should know although it counts. */
  warnings: string[];
}

const KIND_WORDS: Record<DatastoreKind, string> = {
  postgres: 'PostgreSQL',
  mongodb: 'MongoDB',
  vault: 'Vault’s files',
  keys: 'the encryption keys',
  rds: 'RDS',
};

/** `pg (PostgreSQL)`. */
export function storeInWords({ name, kind }: Pick<Datastore, 'name' | 'kind'>): string {
  return `${name} (${KIND_WORDS[kind]})`;
}

/** What of the external datastores is in a backup. */
export interface DatastoresReport {
  stores: StoreResult[];
  /** When EC2 was asked for the image, in ms since epoch. */
  imageAt?: number;
}

function partsOf(stores: readonly StoreResult[]): { store: StoreResult; part: PartResult }[] {
  return stores.flatMap((store) => store.parts.map((part) => ({ store, part })));
}

/** The parts that are not in it, or that nobody can count on; undefined where all are. */
export function missingOf(stores: readonly StoreResult[]): Problem | undefined {
  const all = partsOf(stores);
  const missing = all.flatMap(({ store, part: { what, lacks } }): MissingPart[] =>
    lacks === undefined ? [] : [{ what: `${what} of ${storeInWords(store)}`, why: lacks.why }],
  );
  if (missing.length === 0) return undefined;
  const next = all.find(({ part }) => part.lacks !== undefined)?.part.lacks?.next;
  return {
    code: 'datastores-missing',
    missing: together(missing, stores),
    of: all.length,
    count: missing.length,
    ...(next === undefined ? {} : { next: withoutStop(next) }),
  };
}

/** A store none of whose parts is there, for one reason, is one line. */
function together(missing: readonly MissingPart[], stores: readonly StoreResult[]): MissingPart[] {
  return stores.flatMap((store) => {
    const lacking = store.parts.flatMap(({ lacks }) => lacks ?? []);
    const [first] = lacking;
    const isOne = lacking.length === store.parts.length && lacking.every(({ why }) => why === first?.why);
    if (first !== undefined && isOne && lacking.length > 1)
      return [{ what: `all of ${storeInWords(store)}`, why: first.why }];
    const own = storeInWords(store);
    return missing.filter(({ what }) => what.endsWith(` of ${own}`));
  });
}

/** The last of several sentences may be about typing the command again, which is said anyway. */
function withoutStop(next: string): string {
  return next.replace(/,? then (?:type the command|try) again\.?$/, '').replace(/\.$/, '');
}

/** `9 of 9 parts of 2 datastores, 3.4 GiB`. */
export function datastoresInWords(stores: readonly StoreResult[]): string {
  const all = partsOf(stores);
  const good = all.filter(({ part }) => part.lacks === undefined);
  const bytes = good.reduce((sum, { part }) => sum + (part.bytes ?? 0), 0);
  return `${good.length} of ${counted(all.length, 'part')} of ${counted(stores.length, 'datastore')}, ${bytesInWords(bytes)}`;
}

/**
 * How far apart the instants are that a backup holds: each database is of its own, and records in it point at what the image
 * has of a little later. Undefined where there is no dump, or no image.
 */
function instantsInWords({ stores, imageAt }: DatastoresReport): string | undefined {
  const times = partsOf(stores).flatMap(({ part: { from, lacks } }) =>
    from === undefined || lacks !== undefined ? [] : [from],
  );
  if (times.length === 0 || imageAt === undefined) return undefined;
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const over = last - first < 60_000 ? '' : `, dumped over ${durationInWords(last - first)}`;
  return `databases as of ${utcTime(first)}${over}; the image is ${durationInWords(imageAt - first)} later than the first of them`;
}

/** What a result says of them in lines: what is missing, and how far apart the instants are. */
export function datastoreLines(report: DatastoresReport): string[] {
  const lacking = partsOf(report.stores).filter(({ part }) => part.lacks !== undefined);
  const apart = instantsInWords(report);
  return [
    ...lacking.map(({ store, part }) => `missing: ${part.what} of ${storeInWords(store)}`),
    ...(apart === undefined ? [] : [`Instants: ${apart}`]),
  ];
}
