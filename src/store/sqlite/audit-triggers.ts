import { sql } from 'kysely';
import type { AuditTriggers } from '../migrations.ts';

export const sqliteTriggers: AuditTriggers = {
  async forbidChanges(db) {
    for (const change of ['update', 'delete'] as const) {
      await sql`create trigger ${sql.ref(`audit_no_${change}`)} before ${sql.raw(change)} on audit
        begin select raise(abort, 'the audit is append-only'); end`.execute(db);
    }
  },

  async allowArchived(db) {
    await sql`drop trigger audit_no_delete`.execute(db);
    await sql`create trigger audit_no_delete before delete on audit
      when old.seq > coalesce((select seq from audit_marks where name = 'archived'), 0)
      begin select raise(abort, 'the audit is append-only'); end`.execute(db);
  },
};
