import type { Selectable } from 'kysely';
import type { Lock, Locks } from '../core/store/locks.ts';
import type { Redact } from '../core/text/redact.ts';
import type { LockTable, Use } from './schema.ts';
import { fromStored, toStored } from './stored-text.ts';

export function createLocks(use: Use, redact: Redact): Locks {
  const found = async (column: 'target' | 'run_id', value: string, place?: LockTable['place']) => {
    let query = use().selectFrom('locks').selectAll().where(column, '=', value);
    if (place !== undefined) query = query.where('place', '=', place);
    const row = await query.executeTakeFirst();
    return row === undefined ? undefined : toLock(row);
  };
  const insert = async (lock: Lock, place: LockTable['place']) => {
    const inserted = await use()
      .insertInto('locks')
      .values(toRow(lock, place, redact))
      .onConflict((conflict) => conflict.doNothing())
      .returning('target')
      .executeTakeFirst();
    return inserted !== undefined;
  };
  const release = async (runId: string) => {
    await use().deleteFrom('locks').where('run_id', '=', runId).execute();
  };
  const besideOf = (target: string) => found('target', target, 'beside');

  return {
    async acquire(lock, mayBeBeside = false) {
      const { target, runId } = lock;
      for (;;) {
        // A run that was killed after it took the lock asks once more, and holds it already.
        const own = await found('run_id', runId);
        if (own !== undefined) return own.target === target ? { taken: true } : { taken: false, by: own };
        if (await insert(lock, 'run')) {
          const by = await besideOf(target);
          if (by === undefined) return { taken: true };
          await release(runId);
          return { taken: false, by };
        }
        const by = await found('target', target, 'run');
        // Not found: the holder let go between the two questions, so ask again.
        if (by === undefined) continue;
        if (!mayBeBeside || by.aside !== true) return { taken: false, by };
        if (!(await insert(lock, 'beside'))) {
          const other = await besideOf(target);
          if (other !== undefined) return { taken: false, by: other };
          continue;
        }
        // Looked at once more after it: a run that is no longer aside then sees this one, or this one sees that.
        const now = await found('target', target, 'run');
        if (now?.aside === true) return { taken: true };
        await release(runId);
      }
    },

    ofTarget: async (target) => (await found('target', target, 'run')) ?? besideOf(target),
    besideOf,
    ofRun: (runId) => found('run_id', runId),

    async setAside(runId, isAside) {
      const aside = isAside ? 1 : 0;
      await use().updateTable('locks').set({ aside }).where('run_id', '=', runId).execute();
    },

    async all() {
      return (
        await use()
          .selectFrom('locks')
          .selectAll()
          .orderBy('since')
          .orderBy('target')
          .orderBy('run_id')
          .execute()
      ).map(toLock);
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
      return noted !== undefined || (await found('run_id', runId)) !== undefined;
    },

    async forgetCancel(runId) {
      await use()
        .updateTable('locks')
        .set({ cancel_user: null, cancel_team: null, cancel_at: null })
        .where('run_id', '=', runId)
        .execute();
    },

    release,
  };
}

function toRow(lock: Lock, place: LockTable['place'], redact: Redact): LockTable {
  return {
    target: lock.target,
    place,
    aside: lock.aside === true ? 1 : 0,
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
    ...(row.aside === 1 && { aside: true }),
    ...(row.place === 'beside' && { beside: true }),
  };
}
