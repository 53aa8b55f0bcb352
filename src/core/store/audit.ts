import type { AuditEntry, AuditKind, AuditRow } from '../run/audit.ts';

export interface Audit {
  append(entry: AuditEntry): Promise<void>;
  /** Newest first. */
  list(filter: { target?: string; kinds?: AuditKind[]; limit: number; offset: number }): Promise<AuditRow[]>;
  count(filter: { target?: string; kinds?: AuditKind[] }): Promise<number>;
  /** The seq of the first row whose hash does not follow from the one before; undefined when the chain is whole. */
  firstBreak(): Promise<number | undefined>;
}
