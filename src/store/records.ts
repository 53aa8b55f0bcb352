import { type Selectable, sql } from 'kysely';
import type { Collection, Item } from '../core/store/collections.ts';
import type { Redact } from '../core/text/redact.ts';
import type { RecordTable, Use } from './schema.ts';
import { fromStored, toStored } from './stored-text.ts';

/** A collection in the table of all of them, told apart by `kind`. */
export function createRecords<T>(
  { use, redact, now }: { use: Use; redact: Redact; now: () => number },
  kind: string,
): Collection<T> {
  return {
    async insert(id, value, open) {
      const row = await use()
        .insertInto('records')
        .values({
          kind,
          id,
          version: 1,
          open: open ? 1 : 0,
          body: toStored(value, redact),
          updated_at: now(),
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .executeTakeFirst();
      return row !== undefined;
    },

    async get(id) {
      const row = await use()
        .selectFrom('records')
        .selectAll()
        .where('kind', '=', kind)
        .where('id', '=', id)
        .executeTakeFirst();
      return row === undefined ? undefined : toItem(row);
    },

    async replace(id, version, value, open) {
      const row = await use()
        .updateTable('records')
        .set({ version: version + 1, open: open ? 1 : 0, body: toStored(value, redact), updated_at: now() })
        .where('kind', '=', kind)
        .where('id', '=', id)
        .where('version', '=', version)
        .returning('id')
        .executeTakeFirst();
      return row !== undefined;
    },

    async open() {
      const rows = await use()
        .selectFrom('records')
        .selectAll()
        .where('kind', '=', kind)
        // As in the index, word by word: SQLite takes it only where the query's term is that of the index.
        .where('open', '=', sql.lit(1))
        .orderBy('id')
        .execute();
      return rows.map((row) => toItem<T>(row));
    },
  };
}

function toItem<T>(row: Selectable<RecordTable>): Item<T> {
  return { id: row.id, value: fromStored<T>(row.body), version: row.version };
}
