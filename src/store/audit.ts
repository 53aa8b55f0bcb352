import { createHash } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { AuditKind, AuditRow } from '../core/run/audit.ts';
import type { Audit } from '../core/store/audit.ts';
import type { Redact } from '../core/text/redact.ts';
import type { AuditTable, Use } from './schema.ts';
import { fromStored, plainStored, toStored } from './stored-text.ts';

/** What the first row follows. */
const GENESIS = '0'.repeat(64);

/** Rows read at a time while the chain is checked. */
const PAGE = 1000;

/**
 * The audit as a chain: each row carries the hash of the one before. Rows cut off at the end leave a whole, shorter
 * chain behind, which only a copy kept elsewhere (the log has every entry too) can show.
 */
export function createAudit(use: Use, redact: Redact): Audit {
  const last = () =>
    use().selectFrom('audit').select(['seq', 'hash']).orderBy('seq', 'desc').limit(1).executeTakeFirst();

  const matching = (filter: { target?: string; kinds?: AuditKind[] }) => {
    let query = use().selectFrom('audit');
    if (filter.target !== undefined) query = query.where('target', '=', filter.target);
    if (filter.kinds !== undefined) query = query.where('kind', 'in', filter.kinds);
    return query;
  };

  return {
    async append(entry) {
      for (;;) {
        const before = await last();
        const content = {
          seq: (before?.seq ?? 0) + 1,
          at: entry.at,
          kind: entry.kind,
          verb: plainStored(entry.verb, redact),
          target: entry.target === undefined ? null : plainStored(entry.target, redact),
          run_id: entry.runId ?? null,
          actor_user: entry.actor?.userId ?? null,
          actor_team: entry.actor?.teamId ?? null,
          detail: toStored(entry.detail, redact),
        };
        const prev_hash = before?.hash ?? GENESIS;
        const inserted = await use()
          .insertInto('audit')
          .values({ ...content, prev_hash, hash: hashOf(prev_hash, content) })
          .onConflict((conflict) => conflict.doNothing())
          .returning('seq')
          .executeTakeFirst();
        // Nothing inserted: another writer took the place behind `before`; this row goes behind that one.
        if (inserted !== undefined) return;
      }
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

    async firstBreak() {
      let before = { seq: 0, hash: GENESIS };
      for (;;) {
        const rows = await use()
          .selectFrom('audit')
          .selectAll()
          .where('seq', '>', before.seq)
          .orderBy('seq')
          .limit(PAGE)
          .execute();
        for (const row of rows) {
          const follows = row.seq === before.seq + 1 && row.prev_hash === before.hash;
          if (!follows || row.hash !== hashOf(before.hash, row)) return row.seq;
          before = row;
        }
        if (rows.length < PAGE) return undefined;
      }
    },
  };
}

/** The columns in a fixed order: the same row gives the same JSON in every version and on every database. */
function hashOf(prevHash: string, row: Omit<AuditTable, 'prev_hash' | 'hash'>): string {
  const { seq, at, kind, verb, target, run_id, actor_user, actor_team, detail } = row;
  const canonical = JSON.stringify([seq, at, kind, verb, target, run_id, actor_user, actor_team, detail]);
  return createHash('sha256')
    .update(prevHash + canonical)
    .digest('hex');
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
