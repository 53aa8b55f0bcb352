import type { Selectable } from 'kysely';
import type { Pause, Schedules } from '../core/store/schedules.ts';
import type { PauseTable, Use } from './schema.ts';

/** Names of targets and schedules come from the checked configuration; nothing here is text that a person typed. */
export function createSchedules(use: Use): Schedules {
  return {
    async watermark(target, schedule, expression) {
      const row = await use()
        .selectFrom('watermarks')
        .select('at')
        .where('target', '=', target)
        .where('schedule', '=', schedule)
        .where('expression', '=', expression)
        .executeTakeFirst();
      return row?.at;
    },

    async setWatermark(target, schedule, expression, at) {
      // One row a schedule: whoever goes back to an older expression must not find its watermark of long ago.
      await use()
        .insertInto('watermarks')
        .values({ target, schedule, expression, at })
        .onConflict((conflict) => conflict.columns(['target', 'schedule']).doUpdateSet({ expression, at }))
        .execute();
    },

    async takeSlot(target, schedule, slot, runId) {
      const taken = await use()
        .insertInto('slots')
        .values({ target, schedule, slot, run_id: runId })
        .onConflict((conflict) => conflict.doNothing())
        .returning('slot')
        .executeTakeFirst();
      return taken !== undefined;
    },

    async pauseOf(target) {
      const row = await use()
        .selectFrom('pauses')
        .selectAll()
        .where('target', '=', target)
        .executeTakeFirst();
      return row === undefined ? undefined : toPause(row);
    },

    async setPause(pause) {
      const values = {
        until: pause.until,
        by_user: pause.by.userId,
        by_team: pause.by.teamId,
        at: pause.at,
        reminded_at: pause.remindedAt ?? null,
      };
      await use()
        .insertInto('pauses')
        .values({ target: pause.target, ...values })
        .onConflict((conflict) => conflict.column('target').doUpdateSet(values))
        .execute();
    },

    async alarmOf(target) {
      const row = await use()
        .selectFrom('alarms')
        .selectAll()
        .where('target', '=', target)
        .executeTakeFirst();
      return row === undefined ? undefined : { since: row.since, toldAt: row.told_at, times: row.times };
    },

    async setAlarm(target, alarm) {
      if (alarm === undefined) {
        await use().deleteFrom('alarms').where('target', '=', target).execute();
        return;
      }
      const values = { since: alarm.since, told_at: alarm.toldAt, times: alarm.times };
      await use()
        .insertInto('alarms')
        .values({ target, ...values })
        .onConflict((conflict) => conflict.column('target').doUpdateSet(values))
        .execute();
    },

    async forgetSlots(before) {
      const forgotten = await use()
        .deleteFrom('slots')
        .where('slot', '<', before)
        .returning('slot')
        .execute();
      return forgotten.length;
    },

    async watchedSince(target, at) {
      const row = await use()
        .insertInto('watched')
        .values({ target, since: at })
        // Written as it was: only a row that is written is returned.
        .onConflict((conflict) =>
          conflict.column('target').doUpdateSet((eb) => ({ since: eb.ref('watched.since') })),
        )
        .returning('since')
        .executeTakeFirstOrThrow();
      return row.since;
    },
  };
}

function toPause(row: Selectable<PauseTable>): Pause {
  return {
    target: row.target,
    until: row.until,
    by: { userId: row.by_user, teamId: row.by_team },
    at: row.at,
    ...(row.reminded_at !== null && { remindedAt: row.reminded_at }),
  };
}
