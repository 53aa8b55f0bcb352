import type { AuditEntry, AuditKind, AuditRow } from '../run/audit.ts';
import type { AuditPlace, AuditReport } from '../run/audit-report.ts';

export interface Audit {
  append(entry: AuditEntry): Promise<void>;
  /** Newest first. */
  list(filter: { target?: string; kinds?: AuditKind[]; limit: number; offset: number }): Promise<AuditRow[]>;
  count(filter: { target?: string; kinds?: AuditKind[] }): Promise<number>;
  /**
   * Reads the whole chain, archived rows too. `logged` is a row as the bot's log named it when it was written, which
   * nobody could change by way of the database.
   */
  verify(logged?: AuditPlace): Promise<AuditReport>;
}
