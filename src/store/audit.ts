import type { Selectable } from 'kysely';
import type { AuditKind, AuditRow } from '../core/run/audit.ts';
import type { AuditPlace } from '../core/run/audit-report.ts';
import type { Audit } from '../core/store/audit.ts';
import type { Redact } from '../core/text/redact.ts';
import { GENESIS, hashOf, verifyChain } from './audit-chain.ts';
import type { AuditTable, Use } from './schema.ts';
import { fromStored, plainStored, toStored } from './stored-text.ts';
import { unavailable } from './unavailable.ts';

/** Other writers may be faster a few times; rows that somebody has tampered with may refuse a next one for ever. */
const MOST_TRIES = 100;

/**
 * The audit as a chain: each row carries the hash of the one before, and a mark names the last one, so that rows cut off
 * at the end are missed. Who may write the file could change both; `written` hears of each row, for the log.
 */
export function createAudit(
  { use, redact, folder }: { use: Use; redact: Redact; folder: string | undefined },
  written: (row: AuditPlace & { kind: AuditKind; verb: string }) => void,
): Audit {
  /** What the next row follows: rows that were cut off leave a gap behind them, for ever, and so does a mark that was. */
  const last = async (): Promise<AuditPlace> => {
    const row = await use()
      .selectFrom('audit')
      .select(['seq', 'hash'])
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst();
    const marks = await use().selectFrom('audit_marks').select(['name', 'seq', 'hash']).execute();
    const { seq, hash } = [...(row === undefined ? [] : [row]), ...marks].reduce(
      (newest, place) => (place.seq > newest.seq ? place : newest),
      GENESIS,
    );
    const isMarked = marks.some((mark) => mark.name === 'head' && mark.seq === seq);
    return { seq: seq === 0 || isMarked ? seq : seq + 1, hash };
  };

  const matching = (filter: { target?: string; kinds?: AuditKind[] }) => {
    let query = use().selectFrom('audit');
    if (filter.target !== undefined) query = query.where('target', '=', filter.target);
    if (filter.kinds !== undefined) query = query.where('kind', 'in', filter.kinds);
    return query;
  };

  return {
    async append(entry) {
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        const before = await last();
        const content = {
          seq: before.seq + 1,
          at: entry.at,
          kind: entry.kind,
          verb: plainStored(entry.verb, redact),
          target: entry.target === undefined ? null : plainStored(entry.target, redact),
          run_id: entry.runId ?? null,
          actor_user: entry.actor?.userId ?? null,
          actor_team: entry.actor?.teamId ?? null,
          detail: toStored(entry.detail, redact),
        };
        const hash = hashOf(before.hash, content);
        const inserted = await use()
          .insertInto('audit')
          .values({ ...content, prev_hash: before.hash, hash })
          .onConflict((conflict) => conflict.doNothing())
          .returning('seq')
          .executeTakeFirst();
        // Nothing inserted: another writer took the place behind `before`; this row goes behind that one.
        if (inserted === undefined) continue;
        const { seq, kind, verb } = content;
        await use()
          .insertInto('audit_marks')
          .values({ name: 'head', seq, hash })
          .onConflict((conflict) => conflict.column('name').doUpdateSet({ seq, hash }))
          .execute();
        written({ seq, hash, kind, verb });
        return;
      }
      throw unavailable('no row can be added to the audit, whose last ones contradict each other');
    },

    async list(filter) {
      if (filter.kinds?.length === 0) return [];
      const query = matching(filter).selectAll().orderBy('seq', 'desc');
      return (await query.limit(filter.limit).offset(filter.offset).execute()).map(toAuditRow);
    },

    async count(filter) {
      if (filter.kinds?.length === 0) return 0;
      const row = await matching(filter)
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return row.count;
    },

    verify: (logged) => verifyChain(use, folder, logged),
  };
}

function toAuditRow(row: Selectable<AuditTable>): AuditRow {
  return {
    seq: row.seq,
    at: row.at,
    kind: row.kind,
    verb: row.verb,
    ...(row.target !== null && { target: row.target }),
    ...(row.run_id !== null && { runId: row.run_id }),
    ...(row.actor_user !== null &&
      row.actor_team !== null && { actor: { userId: row.actor_user, teamId: row.actor_team } }),
    detail: fromStored(row.detail),
  };
}
