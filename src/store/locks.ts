import type { Selectable } from 'kysely';
import type { Lock, Locks } from '../core/store/locks.ts';
import type { Redact } from '../core/text/redact.ts';
import type { LockTable, Use } from './schema.ts';
import { fromStored, toStored } from './stored-text.ts';

export function createLocks(use: Use, redact: Redact): Locks {
  const find = async (column: 'target' | 'run_id', value: string): Promise<Lock | undefined> => {
    const row = await use().selectFrom('locks').selectAll().where(column, '=', value).executeTakeFirst();
    return row === undefined ? undefined : toLock(row);
  };

  return {
    async acquire(lock) {
      for (;;) {
        const inserted = await use()
          .insertInto('locks')
          .values(toRow(lock, redact))
          .onConflict((conflict) => conflict.doNothing())
          .returning('target')
          .executeTakeFirst();
        if (inserted !== undefined) return { taken: true };
        const by = (await find('target', lock.target)) ?? (await find('run_id', lock.runId));
        // Neither found: the holder let go between the two questions, so ask again.
        if (by === undefined) continue;
        // A run that was killed after it took the lock asks once more, and holds it already.
        return by.target === lock.target && by.runId === lock.runId ? { taken: true } : { taken: false, by };
      }
    },

    ofTarget: (target) => find('target', target),
    ofRun: (runId) => find('run_id', runId),

    async all() {
      return (await use().selectFrom('locks').selectAll().orderBy('since').orderBy('target').execute()).map(
        toLock,
      );
    },

    async setEngineId(runId, engineId) {
      await use().updateTable('locks').set({ engine_id: engineId }).where('run_id', '=', runId).execute();
    },

    async requestCancel(runId, by, at) {
      const noted = await use()
        .updateTable('locks')
        .set({ cancel_user: by.userId, cancel_team: by.teamId, cancel_at: at })
        .where('run_id', '=', runId)
        .where('cancel_at', 'is', null)
        .returning('target')
        .executeTakeFirst();
      return noted !== undefined || (await find('run_id', runId)) !== undefined;
    },

    async forgetCancel(runId) {
      await use()
        .updateTable('locks')
        .set({ cancel_user: null, cancel_team: null, cancel_at: null })
        .where('run_id', '=', runId)
        .execute();
    },

    async release(runId) {
      await use().deleteFrom('locks').where('run_id', '=', runId).execute();
    },
  };
}

function toRow(lock: Lock, redact: Redact): LockTable {
  return {
    target: lock.target,
    run_id: lock.runId,
    requester: toStored(lock.requester, redact),
    since: lock.since,
    workflow: lock.workflow,
    input: toStored(lock.input, redact),
    engine_id: lock.engineId ?? null,
    cancel_user: lock.cancel?.by.userId ?? null,
    cancel_team: lock.cancel?.by.teamId ?? null,
    cancel_at: lock.cancel?.at ?? null,
  };
}

function toLock(row: Selectable<LockTable>): Lock {
  const { cancel_user: userId, cancel_team: teamId, cancel_at: at } = row;
  return {
    target: row.target,
    runId: row.run_id,
    requester: fromStored(row.requester),
    since: row.since,
    workflow: row.workflow,
    input: fromStored(row.input),
    ...(row.engine_id !== null && { engineId: row.engine_id }),
    ...(userId !== null && teamId !== null && at !== null && { cancel: { by: { userId, teamId }, at } }),
  };
}
