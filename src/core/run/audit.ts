import type { Person } from '../model/person.ts';

/** `read`: somebody looked, or typed what was not understood; kept, but not part of the history people are shown. */
export type AuditKind =
  | 'request'
  | 'refusal'
  /** Somebody approved, denied or withdrew a request; `detail.vote` says which. */
  | 'vote'
  /** A request ended without anybody: it expired, or it became void. */
  | 'expiry'
  /** A run began once it was approved. */
  | 'start'
  | 'stage'
  | 'result'
  | 'cancel'
  | 'read';

/** What happened, as `history` shows it. `detail` is JSON data without secrets. */
export interface AuditEntry {
  at: number;
  kind: AuditKind;
  verb: string;
  target?: string;
  runId?: string;
  /** Missing where the bot itself acted. */
  actor?: Person;
  detail: Record<string, unknown>;
}

export interface AuditRow extends AuditEntry {
  seq: number;
}

/** Whether a row of a run is about a backup, by hand or by a schedule, and not about a restore or another run. */
export function isOfBackup({ verb }: Pick<AuditRow, 'verb'>): boolean {
  return verb === 'now' || verb === 'schedule';
}
