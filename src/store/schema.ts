import type { Kysely } from 'kysely';
import type { AuditKind } from '../core/run/audit.ts';
import type { MessageState } from '../core/store/messages.ts';

/**
 * The store's tables. Only types that SQLite and Postgres share: truth values are the integers 0 and 1, data is JSON
 * as text, times are ms since epoch in a bigint column. (A Postgres dialect has to read int8 as a number; its driver
 * gives text by default.)
 */
export interface Schema {
  locks: LockTable;
  audit: AuditTable;
  messages: MessageTable;
  watermarks: WatermarkTable;
  slots: SlotTable;
  pauses: PauseTable;
  alarms: AlarmTable;
  watched: { target: string; since: number };
  records: RecordTable;
  deliveries: { key: string; until: number };
  audit_marks: AuditMarkTable;
  leases: LeaseTable;
  write_checks: { id: string };
  /** Kysely's own list of the migrations that ran. */
  kysely_migration: { name: string; timestamp: string };
}

export interface LockTable {
  target: string;
  /** `beside`: of a backup beside a run that was aside. */
  place: 'run' | 'beside';
  aside: 0 | 1;
  run_id: string;
  /** JSON of a `Requester`. */
  requester: string;
  since: number;
  workflow: string;
  /** JSON. */
  input: string;
  engine_id: string | null;
  cancel_user: string | null;
  cancel_team: string | null;
  cancel_at: number | null;
}

export interface AuditTable {
  seq: number;
  at: number;
  kind: AuditKind;
  verb: string;
  target: string | null;
  run_id: string | null;
  actor_user: string | null;
  actor_team: string | null;
  /** JSON. */
  detail: string;
  /** Hex; unique, so that two writers cannot fork the chain. */
  prev_hash: string;
  hash: string;
}

/** `head` is the last row that was written, `archived` the last one that was moved out. */
export interface AuditMarkTable {
  name: 'head' | 'archived';
  seq: number;
  hash: string;
}

/** Which of several processes does what one of them does; on SQLite there is one, and no row. */
export interface LeaseTable {
  name: string;
  holder: string;
  /** Rises with each other holder. */
  fence: number;
  /** By the database's clock. */
  until: number;
}

export interface MessageTable {
  id: string;
  channel: string;
  thread_of: string | null;
  broadcast: 0 | 1;
  /** JSON of a `MessageView`. */
  view: string;
  version: number;
  sent_version: number;
  state: MessageState;
  ts: string | null;
  final: 0 | 1;
  updated_at: number;
}

export interface WatermarkTable {
  target: string;
  schedule: string;
  /** Of which the watermark is; a changed one has none. */
  expression: string;
  at: number;
}

export interface SlotTable {
  target: string;
  schedule: string;
  slot: number;
  run_id: string;
}

export interface PauseTable {
  target: string;
  until: number;
  by_user: string;
  by_team: string;
  at: number;
  reminded_at: number | null;
}

export interface AlarmTable {
  target: string;
  since: number;
  told_at: number;
  times: number;
}

export interface RecordTable {
  /** Which collection it belongs to. */
  kind: string;
  id: string;
  version: number;
  open: 0 | 1;
  /** JSON. */
  body: string;
  /** Null in rows of a version that did not keep it. */
  updated_at: number | null;
}

/** Gives the connection to use now: the database, or the transaction that is open. */
export type Use = () => Kysely<Schema>;
