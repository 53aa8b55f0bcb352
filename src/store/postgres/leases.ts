import { type Kysely, sql } from 'kysely';
import { TakenOverError } from '../../core/store/fence.ts';
import type { Leases } from '../../core/store/leases.ts';
import type { Schema } from '../schema.ts';

/** Now, in ms, by the server: the moment itself, not that of the transaction's begin. */
const NOW = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;

export function createLeases(db: Kysely<Schema>): Leases {
  return {
    async take(name, holder, ms) {
      const taken = await db
        .insertInto('leases')
        .values({ name, holder, fence: 1, until: sql<number>`${NOW} + ${ms}::bigint` })
        .onConflict((conflict) =>
          conflict
            .column('name')
            .doUpdateSet((eb) => ({
              holder: eb.ref('excluded.holder'),
              until: eb.ref('excluded.until'),
              // Whoever finds its own lapsed lease untouched has lost nothing.
              fence: sql<number>`leases.fence + (leases.holder <> excluded.holder)::int`,
            }))
            .where((eb) => eb.or([eb('leases.holder', '=', holder), eb('leases.until', '<=', NOW)])),
        )
        .returning('fence')
        .executeTakeFirst();
      return taken?.fence;
    },

    async release(name, holder) {
      await db
        .updateTable('leases')
        .set({ until: 0 })
        .where('name', '=', name)
        .where('holder', '=', holder)
        .execute();
    },
  };
}

/**
 * For the open transaction: rejects with `TakenOverError` where the lease has gone to somebody else, and keeps it from going
 * before the transaction has ended.
 */
export async function holdLease(trx: Kysely<Schema>, name: string, fence: number): Promise<void> {
  const held = await trx
    .selectFrom('leases')
    .select('fence')
    .where('name', '=', name)
    .where('fence', '=', fence)
    .forShare()
    .executeTakeFirst();
  if (held === undefined) throw new TakenOverError(`the duty “${name}”`);
}
