import type { OpenAlarm } from './alarms/alarm.ts';
import type { Approval, ShownApproval } from './approval/approval.ts';
import type { BuildMark } from './cleanup/results.ts';
import type { StuckList } from './cleanup/stuck-list.ts';
import type { Person, Requester } from './model.ts';
import type { Checklist } from './restore/checklist.ts';
import type { Digest } from './routine/digest.ts';
import type { Question } from './run/question.ts';
import type { InsteadOf, RunView } from './run/run-view.ts';

/** The one changing run of a target, and what is needed to start it again. */
export interface Lock {
  target: string;
  runId: string;
  holder: Requester;
  /** ms since epoch. */
  since: number;
  /** The workflow and its input, as JSON data: a bot that died between lock and engine starts it from here. */
  workflow: string;
  input: unknown;
  /** The engine's id of the run, once it was started. */
  engineId?: string;
  cancel?: { by: Person; at: number };
}

export interface Locks {
  /** Takes the target's lock, or tells who holds it. Atomic. */
  acquire(lock: Lock): Promise<{ taken: true } | { taken: false; by: Lock }>;
  ofTarget(target: string): Promise<Lock | undefined>;
  ofRun(runId: string): Promise<Lock | undefined>;
  all(): Promise<Lock[]>;
  setEngineId(runId: string, engineId: string): Promise<void>;
  /** Notes the wish to stop; the first one stays. false when the run holds no lock (any more). */
  requestCancel(runId: string, by: Person, at: number): Promise<boolean>;
  /** People decided to go on: the wish to stop is forgotten, and another one can be noted. */
  forgetCancel(runId: string): Promise<void>;
  release(runId: string): Promise<void>;
}

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

export interface Audit {
  append(entry: AuditEntry): Promise<void>;
  /** Newest first. */
  list(filter: { target?: string; kinds?: AuditKind[]; limit: number; offset: number }): Promise<AuditRow[]>;
  count(filter: { target?: string; kinds?: AuditKind[] }): Promise<number>;
  /** The seq of the first row whose hash does not follow from the one before; undefined when the chain is whole. */
  firstBreak(): Promise<number | undefined>;
}

/** How news sound; `warning`: not all is as it should be, and nothing is lost. */
export type Tone = 'info' | 'good' | 'warning' | 'bad';

/** What a message shows: data, made into blocks when it is sent. */
export type MessageView =
  | { kind: 'run'; run: RunView }
  | {
      kind: 'note';
      /** Missing where it is about a target as a whole. */
      runId?: string;
      text: string;
      /** Lines below the text that are shown as they are, in letters of one width. */
      verbatim?: string[];
      tone: Tone;
      /** A time that ends the line, shown in each reader's own zone; ms since epoch. */
      until?: number;
      /** User or user-group ids whom Slack shall notify. */
      mentions?: string[];
      insteadOf?: InsteadOf;
    }
  | {
      /** A file in a run's thread. */
      kind: 'file';
      runId: string;
      name: string;
      text: string;
      /** What the message says that it comes with. */
      comment: string;
      /** Who gets its text directly where the channel does not take it. */
      askedBy: Person;
    }
  | { kind: 'digest'; digest: Digest }
  /** What a run has left for people to do, ticked item by item. */
  | { kind: 'checklist'; checklist: Checklist; insteadOf?: InsteadOf }
  | {
      kind: 'approval';
      approval: ShownApproval;
      /** The run's message, once it stands in Slack. */
      run?: { channel: string; ts: string };
      /** The whole plan is in the thread. */
      cut: boolean;
      /** Set when Slack did not confirm the first message, and this one takes its place. */
      continued?: boolean;
      insteadOf?: InsteadOf;
    }
  /** To whoever asked: how it ended. */
  | { kind: 'decision'; approval: ShownApproval; insteadOf?: InsteadOf }
  | {
      /** What a failure would look like. */
      kind: 'test';
      target: string;
      /** Whom a failure would call. */
      mentions: string[];
      askedBy: Person;
      insteadOf?: InsteadOf;
    };

export type MessageState =
  /** Never handed to Slack. */
  | 'new'
  /** Kept back: it is told only if something goes wrong. */
  | 'withheld'
  /** Handed to Slack; no answer is recorded. After a restart this means `unknown`. */
  | 'sending'
  | 'sent'
  /** Slack's answer was lost: it may or may not stand in the channel. Never posted again. */
  | 'unknown'
  /** Given up: Slack refused it for good, or did not confirm it and its content is told elsewhere. */
  | 'dropped';

/** One message the bot wants to stand in Slack, and how far that is. */
export interface OutboxMessage {
  /** `run/<runId>`, or `run/<runId>/<note>`: writing the same id again edits, it never posts twice. */
  id: string;
  channel: string;
  /** Id of the message in whose thread it belongs. */
  threadOf?: string;
  broadcast: boolean;
  view: MessageView;
  /** Counts the wanted content; `sentVersion` is what Slack shows. */
  version: number;
  sentVersion: number;
  state: MessageState;
  ts?: string;
  /** The run has ended: this content is the last, and must arrive. */
  final: boolean;
  updatedAt: number;
}

/** A message without what it shows, which is most of it. */
export type MessageHead = Omit<OutboxMessage, 'view'>;

/** A message that waits, with the one in whose thread it belongs; a thousand of them are looked at again and again. */
export type UnsentMessage = MessageHead & { parent?: MessageHead };

export interface Messages {
  get(id: string): Promise<OutboxMessage | undefined>;
  /** Creates the message or replaces its content (a higher version); channel and thread stay as first written. */
  put(
    message: Pick<OutboxMessage, 'id' | 'channel' | 'threadOf' | 'broadcast' | 'view' | 'final'>,
    at: number,
  ): Promise<void>;
  /** Messages whose wanted content is not what Slack shows, finals first, then the oldest change. */
  unsent(): Promise<UnsentMessage[]>;
  /** Marks `new` as `sending`; false when somebody else did. */
  claim(id: string): Promise<boolean>;
  setSent(id: string, ts: string, version: number): Promise<void>;
  setState(id: string, state: MessageState): Promise<void>;
  /** A message that a click showed to exist although its post was never confirmed. */
  adopt(id: string, ts: string): Promise<void>;
  /** Gives the message a new life after `unknown`: state `new`, its view as given. */
  replace(id: string, view: MessageView, at: number): Promise<void>;
}

/** A break of a target's schedules; it ends by itself. */
export interface Pause {
  target: string;
  /** ms since epoch; to resume, it is set to that moment. */
  until: number;
  by: Person;
  at: number;
  /** When the channel was last reminded of it. */
  remindedAt?: number;
}

export interface Schedules {
  /** Up to where a schedule's slots are settled; undefined for a new one, and for one whose cron or zone changed. */
  watermark(target: string, schedule: string, expression: string): Promise<number | undefined>;
  setWatermark(target: string, schedule: string, expression: string, at: number): Promise<void>;
  /** Takes a slot for a run. false when it was taken before: each slot has one run, whoever counts it. */
  takeSlot(target: string, schedule: string, slot: number, runId: string): Promise<boolean>;
  pauseOf(target: string): Promise<Pause | undefined>;
  setPause(pause: Pause): Promise<void>;
  /** The open alarm about a target's silence. */
  alarmOf(target: string): Promise<OpenAlarm | undefined>;
  setAlarm(target: string, alarm: OpenAlarm | undefined): Promise<void>;
  /** Forgets which slots before this time were taken, and gives how many that were. */
  forgetSlots(before: number): Promise<number>;
  /** Since when the bot watches this target; the first call with a target keeps `at`. */
  watchedSince(target: string, at: number): Promise<number>;
}

/** One thing of a collection; its version rises with each change. */
export interface Item<T> {
  id: string;
  value: T;
  version: number;
}

/**
 * Things that people decide or do while no workflow sleeps: JSON data under an id, changed by compare-and-set. What is
 * `open` waits for somebody, and is found again after a restart.
 */
export interface Collection<T> {
  /** false when there is one with this id already, which then stays as it is. */
  insert(id: string, value: T, open: boolean): Promise<boolean>;
  get(id: string): Promise<Item<T> | undefined>;
  /** false when it has another version by now: read it again, and decide anew. */
  replace(id: string, version: number, value: T, open: boolean): Promise<boolean>;
  /** By id. */
  open(): Promise<Item<T>[]>;
}

/** The store's parts, on one connection; `transaction` gives the same parts on an open transaction. */
export interface Store {
  locks: Locks;
  audit: Audit;
  messages: Messages;
  schedules: Schedules;
  /** By the run's id. */
  approvals: Collection<Approval>;
  /** By `questionId`. */
  questions: Collection<Question>;
  /** By the run's id. */
  checklists: Collection<Checklist>;
  /** By `buildMarkId`. */
  buildMarks: Collection<BuildMark>;
  /** By the person's id and the target, with a slash between them. */
  stuckLists: Collection<StuckList>;
  transaction<T>(work: (store: Store) => Promise<T>): Promise<T>;
  /** Writes and removes a row: rejects with a `store-unavailable` ProblemError when the database cannot be written. */
  checkWritable(): Promise<void>;
  close(): Promise<void>;
}
