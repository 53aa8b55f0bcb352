import { sql } from 'kysely';
import type { AuditTriggers } from '../migrations.ts';

/** Their functions keep the schema they were made in: whoever looks with psql has another one in mind. */
export const postgresTriggers: AuditTriggers = {
  async forbidChanges(db) {
    await sql`create function audit_is_append_only() returns trigger language plpgsql set search_path from current as
      $$ begin raise exception 'the audit is append-only'; end $$`.execute(db);
    for (const change of ['update', 'delete'] as const) {
      await sql`create trigger ${sql.ref(`audit_no_${change}`)} before ${sql.raw(change)} on audit
        for each row execute function audit_is_append_only()`.execute(db);
    }
    await sql`create trigger audit_no_truncate before truncate on audit
      for each statement execute function audit_is_append_only()`.execute(db);
  },

  async allowArchived(db) {
    await sql`create function audit_keeps_unarchived() returns trigger language plpgsql set search_path from current as
      $$ begin
        if old.seq > coalesce((select seq from audit_marks where name = 'archived'), 0) then
          raise exception 'the audit is append-only';
        end if;
        return old;
      end $$`.execute(db);
    await sql`drop trigger audit_no_delete on audit`.execute(db);
    await sql`create trigger audit_no_delete before delete on audit
      for each row execute function audit_keeps_unarchived()`.execute(db);
  },
};
