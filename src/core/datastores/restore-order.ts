import type { Datastore, DatastoreKind, HostedStore, PostgresConnection } from '../model/datastore.ts';
import { storeInWords } from '../model/datastore.ts';
import type { Person } from '../model/person.ts';
import type { InstanceSelector, Target } from '../model/target.ts';
import type { RunStage } from '../run/run-view.ts';
import type { DumpForm } from './dumps.ts';

/** A part that comes back, as its plan names it. */
export interface RestoredPart {
  form: DumpForm | 'folder';
  what: string;
  /** Of restic. */
  snapshotId: string;
  /** When it was made, in ms since epoch. */
  at: number;
  bytes: number;
  file?: string | undefined;
  database?: string | undefined;
  folder?: string | undefined;
}

/** A datastore that comes back, with all that its plan says of where that is. */
export interface RestoredStore {
  name: string;
  kind: Exclude<DatastoreKind, 'rds'>;
  /** `dba@10.20.1.30, port 22`; missing: the Services machine. */
  host?: string | undefined;
  hostKeys?: string[] | undefined;
  /** How its server is reached from there. */
  server?: string | undefined;
  parts: RestoredPart[];
  /** What the backup lacks of it, or the target has not configured; a clause each. */
  missing: string[];
}

/** All that a restore of datastores does, as it was approved: names and ids only, no secrets. */
export interface DatastoreOrder {
  runId: string;
  target: string;
  region: string;
  channel: string;
  requester: Person;
  requestedAt: number;
  /** Why, as it was typed; empty where nobody said it. */
  reason: string;
  backup: { backupId: string; createdAt: number };
  /** How the Services machine is found, where a store is on it. */
  instance: InstanceSelector;
  repository: string;
  stores: RestoredStore[];
}

/** Keys and Vault’s files before the databases that are read with them. */
const FIRST: Record<DatastoreKind, number> = { keys: 0, vault: 1, postgres: 2, mongodb: 3, rds: 4 };

export function inOrder<S extends Pick<Datastore, 'kind'>>(stores: readonly S[]): S[] {
  return [...stores].sort((a, b) => FIRST[a.kind] - FIRST[b.kind]);
}

/** Globals before the databases whose owners they make. */
export function partsInOrder(parts: readonly RestoredPart[]): RestoredPart[] {
  const rank = ({ form }: RestoredPart) => (form === 'globals' ? 0 : 1);
  return [...parts].sort((a, b) => rank(a) - rank(b));
}

/** The host of a store in words, as plan and comparison have it. */
export function hostInWords({ at }: Pick<HostedStore, 'at'>): string | undefined {
  return at === undefined ? undefined : `${at.user}@${at.host}, port ${at.port}`;
}

/** The server of a database in words, without what is secret. */
export function serverInWords(store: HostedStore): string | undefined {
  if (store.kind !== 'postgres') return undefined;
  return connectionInWords(store.connection);
}

function connectionInWords({ server, serverPort, login, service }: PostgresConnection): string {
  if (service !== undefined) return `the service ${service}`;
  const port = serverPort === undefined ? '' : `, port ${serverPort}`;
  return `${server ?? 'the local socket'}${port}${login === undefined ? '' : ` as ${login}`}`;
}

/** In which points a target’s datastores are not what the plan says, a clause each. */
export function datastoreChanges(order: DatastoreOrder, target: Target): string[] {
  const stores = target.datastores?.stores ?? [];
  const repository = target.restic?.repository;
  return [
    ...(repository === order.repository
      ? []
      : [`RESTIC_REPOSITORY is ${repository ?? 'missing'} now, and was ${order.repository} in the plan`]),
    ...order.stores.flatMap((planned) => {
      const now = stores.find(({ name }) => name === planned.name);
      if (now === undefined || now.kind === 'rds' || now.kind !== planned.kind)
        return [`${planned.name} is not in DATASTORES any more as the plan has it`];
      return [
        ...differs(
          `the host of ${planned.name}`,
          planned.host ?? 'the Services machine',
          hostInWords(now) ?? 'the Services machine',
        ),
        ...differs(
          `the host key of ${planned.name}`,
          planned.hostKeys?.join(', '),
          now.at?.hostKeys.join(', '),
        ),
        ...differs(`the server of ${planned.name}`, planned.server, serverInWords(now)),
      ];
    }),
  ];
}

function differs(what: string, planned: string | undefined, now: string | undefined): string[] {
  return planned === now
    ? []
    : [`${what} is ${now ?? 'missing'} now, and was ${planned ?? 'missing'} in the plan`];
}

const APPROVAL: RunStage = { key: 'approval', title: 'Check the approval' };

/** Of a store: its look, then a stage a part. Keys of stages hold the store's name, which has no slash. */
export function datastoreStages({ stores }: Pick<DatastoreOrder, 'stores'>): RunStage[] {
  return [
    APPROVAL,
    ...stores.flatMap((store): RunStage[] => [
      { key: lookKey(store), title: `See that nothing is in the way at ${storeInWords(store)}` },
      ...store.parts.map((part, index) => ({
        key: partKey(store, index),
        title: `Restore ${part.form === 'globals' ? 'the globals' : part.what} of ${store.name}`,
      })),
    ]),
  ];
}

export function lookKey({ name }: Pick<RestoredStore, 'name'>): string {
  return `look/${name}`;
}

export function partKey({ name }: Pick<RestoredStore, 'name'>, index: number): string {
  return `part/${name}/${index}`;
}
