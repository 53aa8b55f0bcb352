import { sql } from 'kysely';
import type { Tidied } from '../core/store/store.ts';
import { writeArchive } from './audit-archive.ts';
import { pagesOf, turn } from './audit-chain.ts';
import type { Use } from './schema.ts';

const DAY_MS = 24 * 3_600_000;
/** A message that Slack shows is edited while its run goes on, and looked up by buttons below it for a while. */
const MESSAGES_KEPT_MS = 90 * DAY_MS;
/** What people decided, and what a restore left for them: `cleanup stuck` still asks for the last restore. */
const RECORDS_KEPT_MS = 400 * DAY_MS;
/** Rows of the audit that always stay; with one file's more, the oldest are moved into a file. */
export const AUDIT_KEPT = 50_000;
const A_FILE = 5_000;
/** Deleted at a time: a statement holds everybody else up. */
const AT_A_TIME = 500;

export interface TidyDeps {
  use: Use;
  /** Missing: all rows of the audit stay where they are. */
  archive?: Archive | undefined;
}

/** Where old rows of the audit go. */
export interface Archive {
  folder: string;
  /** Rows of the audit that stay in the database. */
  auditKept: number;
}

/** What is still about a run that goes on or waits for somebody stays, however old it is. */
export async function tidy(deps: TidyDeps, at: number): Promise<Tidied> {
  const { use } = deps;
  const busy = await busyRuns(use);
  return {
    messages: await forgetMessages(use, at - MESSAGES_KEPT_MS, busy),
    records: await forgetRecords(use, at, busy),
    deliveries: await forgetEnded(new Set(), {
      old: () =>
        use().selectFrom('deliveries').select('key as id').where('until', '<', at).limit(AT_A_TIME).execute(),
      forget: (keys) => use().deleteFrom('deliveries').where('key', 'in', keys).execute(),
    }),
    runs: 0,
    archived: await archiveAudit(deps),
  };
}

/** Ids of runs that hold a lock, and of what is open. */
async function busyRuns(use: Use): Promise<string[]> {
  const locks = await use().selectFrom('locks').select('run_id').execute();
  const open = await use().selectFrom('records').select('id').where('open', '=', sql.lit(1)).execute();
  return [...locks.map((row) => row.run_id), ...open.map((row) => row.id.split('/')[0] ?? row.id)];
}

/** An id names its run between slashes, e.g. `run/bk-1/note` or `bk-1/launch/1`. */
function isBusy(id: string, busy: ReadonlySet<string>): boolean {
  return id.split('/').some((part) => busy.has(part));
}

async function forgetMessages(use: Use, before: number, busy: readonly string[]): Promise<number> {
  // A list of a restore has buttons for as long as it is kept itself.
  const lists = await use().selectFrom('records').select('id').where('kind', '=', 'checklist').execute();
  const staying = new Set([...busy, ...lists.map(({ id }) => id)]);
  const wanted = use()
    .selectFrom('messages')
    .select('thread_of')
    .whereRef('sent_version', '<', 'version')
    .where('state', 'in', ['new', 'sending', 'sent'])
    .where('thread_of', 'is not', null);
  return forgetEnded(staying, {
    old: (kept) =>
      use()
        .selectFrom('messages')
        .select('id')
        .where('updated_at', '<', before)
        // What waits for Slack goes on waiting, and so does what it stands below.
        .where((eb) =>
          eb.or([
            eb('sent_version', '>=', eb.ref('version')),
            eb('state', 'in', ['dropped', 'withheld', 'unknown']),
          ]),
        )
        .where('id', 'not in', wanted)
        .$if(kept.length > 0, (query) => query.where('id', 'not in', kept))
        .limit(AT_A_TIME)
        .execute(),
    forget: (ids) => use().deleteFrom('messages').where('id', 'in', ids).execute(),
  });
}

async function forgetRecords(use: Use, at: number, busy: readonly string[]): Promise<number> {
  // A version before kept no time: it counts from now on.
  await use().updateTable('records').set({ updated_at: at }).where('updated_at', 'is', null).execute();
  const ended = () =>
    use()
      .selectFrom('records')
      .where('updated_at', '<', at - RECORDS_KEPT_MS)
      .where('open', '=', 0);
  return forgetEnded(new Set(busy), {
    old: (kept) =>
      ended()
        .select('id')
        .distinct()
        .$if(kept.length > 0, (query) => query.where('id', 'not in', kept))
        .limit(AT_A_TIME)
        .execute(),
    forget: (ids) =>
      use()
        .deleteFrom('records')
        .where('id', 'in', ids)
        .where('open', '=', 0)
        .where('updated_at', '<', at - RECORDS_KEPT_MS)
        .execute(),
  });
}

/** In parts, with the others' turn between them; what is about a run of `staying` stays. */
async function forgetEnded(
  staying: ReadonlySet<string>,
  rows: {
    /** `kept` may be empty, which is no list to Postgres. */
    old: (kept: string[]) => Promise<{ id: string }[]>;
    forget: (ids: string[]) => Promise<unknown>;
  },
): Promise<number> {
  const kept: string[] = [];
  for (let sum = 0; ; await turn()) {
    const old = (await rows.old(kept)).map(({ id }) => id);
    const ids = old.filter((id) => !isBusy(id, staying));
    kept.push(...old.filter((id) => isBusy(id, staying)));
    if (ids.length > 0) await rows.forget(ids);
    sum += ids.length;
    if (old.length < AT_A_TIME) return sum;
  }
}

/**
 * Moves the oldest rows into files of the folder, which may be kept elsewhere from then on: the mark keeps the hash that
 * the next row follows. A file is whole before its rows go; a try that was cut short is made again.
 */
async function archiveAudit({ use, archive }: TidyDeps): Promise<number> {
  if (archive === undefined) return 0;
  const { folder, auditKept } = archive;
  for (let archived = 0; ; archived += A_FILE) {
    const marks = await use().selectFrom('audit_marks').selectAll().execute();
    const after = marks.find(({ name }) => name === 'archived')?.seq ?? 0;
    const newest = await use()
      .selectFrom('audit')
      .select(({ fn }) => fn.max('seq').as('seq'))
      .executeTakeFirst();
    const to = after + A_FILE;
    if ((newest?.seq ?? 0) - to < auditKept) return archived;
    const last = await use()
      .selectFrom('audit')
      .select(['seq', 'hash'])
      .where('seq', '=', to)
      .executeTakeFirst();
    // Rows are missing there: what is left is evidence, and stays as it is.
    if (last === undefined) return archived;
    await writeArchive(folder, { from: after + 1, to }, pagesOf(use, after, to));
    await use()
      .transaction()
      .execute(async (trx) => {
        const { seq, hash } = last;
        await trx
          .insertInto('audit_marks')
          .values({ name: 'archived', seq, hash })
          .onConflict((conflict) => conflict.column('name').doUpdateSet({ seq, hash }))
          .execute();
        await trx.deleteFrom('audit').where('seq', '<=', seq).execute();
      });
    await turn();
  }
}
