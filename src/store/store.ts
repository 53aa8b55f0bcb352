import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { AuditKind } from '../core/run/audit.ts';
import type { AuditPlace } from '../core/run/audit-report.ts';
import type { Store } from '../core/store/store.ts';
import type { Redact } from '../core/text/redact.ts';
import { createAudit } from './audit.ts';
import { createDeliveries } from './deliveries.ts';
import { createLocks } from './locks.ts';
import { createMessages } from './messages.ts';
import { createRecords } from './records.ts';
import { createSchedules } from './schedules.ts';
import type { Schema, Use } from './schema.ts';
import { type Archive, tidy } from './tidy.ts';
import { unavailable } from './unavailable.ts';

interface OpenTransaction {
  db: Kysely<Schema>;
  store: Store;
  open: boolean;
  /** The error of a nested `transaction`; the whole is rolled back, also when `work` caught it. */
  failed?: { error: unknown };
}

/** A row of the audit, for the log: it names number and hash where nobody can change them by way of the database. */
export type WrittenRow = AuditPlace & { kind: AuditKind; verb: string };

export interface CreateStoreOptions {
  db: Kysely<Schema>;
  redact: Redact;
  /** Where old rows of the audit go; missing where they stay. */
  archive?: Archive;
  now: () => number;
  onAudit: (row: WrittenRow) => void;
  onClose: () => void;
  /** Waits until no other transaction is open, on a database that has several connections. */
  alone?: Guard;
}

/** What a transaction begins with; where it rejects, nothing is written. */
type Guard = (trx: Kysely<Schema>) => Promise<void>;

export interface GuardedStore extends Store {
  /** The same store, each of whose writes begins with this. */
  guardedBy(guard: Guard): Store;
}

/** What changes nothing needs no turn of its own. */
const READS = new Set(
  'get open list count verify unsent ofTarget ofRun all watermark pauseOf alarmOf'.split(' '),
);

/**
 * The store's parts on a database, and the glue of `transaction`:
 * - `work` gets the parts bound to the transaction.
 * - SQLite has one connection here, so everybody else waits until the transaction ends; Postgres has many, and `alone`
 *   makes them wait. Code called by `work` that
 *   only knows the outer store would wait for itself; its calls join the transaction instead, told apart from others
 *   by their asynchronous context. What `work` started and did not await joins no longer once the transaction ended.
 * - A `transaction` inside one joins it as well: there is one commit, and a failure of the inner undoes the whole.
 */
export function createStore(options: CreateStoreOptions): GuardedStore {
  const { db, redact, archive, now, onAudit, onClose, alone } = options;
  const context = new AsyncLocalStorage<OpenTransaction>();
  let closed: Promise<void> | undefined;

  const current = (): OpenTransaction | undefined => {
    const transaction = context.getStore();
    return transaction?.open ? transaction : undefined;
  };

  const use: Use = () => {
    if (closed !== undefined) throw unavailable('it is closed, the bot is about to stop');
    return current()?.db ?? db;
  };

  const begun = async <T>(guard: Guard | undefined, work: (store: Store) => Promise<T>): Promise<T> => {
    const outer = current();
    if (outer !== undefined) return join(outer, work);
    const rows: WrittenRow[] = [];
    const result = await use()
      .transaction()
      .execute(async (trx) => {
        const store = partsOn(
          () => trx,
          (row) => rows.push(row),
          transaction,
        );
        const inner: OpenTransaction = { db: trx, open: true, store };
        try {
          await alone?.(trx);
          await guard?.(trx);
          const result = await context.run(inner, () => work(inner.store));
          if (inner.failed) throw inner.failed.error;
          return result;
        } finally {
          inner.open = false;
        }
      });
    for (const row of rows) onAudit(row);
    return result;
  };

  const transaction: Store['transaction'] = (work) => begun(undefined, work);

  const partsOn = (
    use: Use,
    written: (row: WrittenRow) => void,
    transaction: Store['transaction'],
  ): Store => ({
    locks: createLocks(use, redact),
    audit: createAudit({ use, redact, folder: archive?.folder }, written),
    messages: createMessages(use, redact),
    schedules: createSchedules(use),
    approvals: createRecords({ use, redact, now }, 'approval'),
    questions: createRecords({ use, redact, now }, 'question'),
    checklists: createRecords({ use, redact, now }, 'checklist'),
    buildMarks: createRecords({ use, redact, now }, 'build'),
    stuckLists: createRecords({ use, redact, now }, 'stuck'),
    hosts: createRecords({ use, redact, now }, 'host'),
    deliveries: createDeliveries(use),
    machines: createRecords({ use, redact, now }, 'machine'),
    deletions: createRecords({ use, redact, now }, 'deletion'),
    forgets: createRecords({ use, redact, now }, 'forget'),
    backups: createRecords({ use, redact, now }, 'backup'),
    upkeeps: createRecords({ use, redact, now }, 'upkeep'),
    launchedVolumes: createRecords({ use, redact, now }, 'launched'),
    knownData: createRecords({ use, redact, now }, 'data'),
    transaction,
    tidy: (at) => tidy({ use, archive }, at),
    checkWritable: () =>
      transaction(async () => {
        const id = randomUUID();
        await use().insertInto('write_checks').values({ id }).execute();
        await use().deleteFrom('write_checks').where('id', '=', id).execute();
      }),
    close,
  });

  const close = async (): Promise<void> => {
    if (current() !== undefined)
      throw new Error('The store cannot be closed inside one of its transactions.');
    closed ??= (async () => {
      try {
        // Waits its turn behind what is open or queued: closing at once would roll it back.
        await db.connection().execute(async () => {});
        await db.destroy();
      } finally {
        onClose();
      }
    })();
    return closed;
  };

  const guardedBy = (guard: Guard): Store => {
    const guarded: Store['transaction'] = (work) => begun(guard, work);
    const parts = partsOn(use, onAudit, guarded);
    return { ...parts, ...inTransactions(parts, guarded) };
  };

  const parts = partsOn(use, onAudit, transaction);
  if (alone !== undefined) return { ...parts, ...inTransactions(parts, transaction), guardedBy };
  return {
    ...parts,
    guardedBy,
    // Several questions and one answer: they belong together.
    locks: {
      ...parts.locks,
      acquire: (...lock) => transaction((store) => store.locks.acquire(...lock)),
    },
    audit: {
      ...parts.audit,
      // A row follows the last one: many that come at once would each find that another took the place.
      append: (entry) => transaction((store) => store.audit.append(entry)),
    },
  };
}

type Parts = Omit<Store, 'transaction' | 'checkWritable' | 'tidy' | 'close'>;

/** Every write waits its turn: one that came between another's look and its write would be undone by that. */
function inTransactions(parts: Parts, transaction: Store['transaction']): Parts {
  const turned = Object.entries(parts).map(([name, part]: [string, object]) => [
    name,
    new Proxy(part, {
      get(target, method) {
        const known: unknown = Reflect.get(target, method);
        if (typeof known !== 'function' || READS.has(String(method))) return known;
        return (...args: unknown[]) =>
          transaction(
            async (tx): Promise<unknown> =>
              Reflect.apply(Reflect.get(Reflect.get(tx, name), method), undefined, args),
          );
      },
    }),
  ]);
  return Object.fromEntries(turned);
}

async function join<T>(outer: OpenTransaction, work: (store: Store) => Promise<T>): Promise<T> {
  try {
    return await work(outer.store);
  } catch (error) {
    outer.failed ??= { error };
    throw error;
  }
}
