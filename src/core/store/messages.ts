import type { ShownApproval } from '../approval/approval.ts';
import type { Person } from '../model/person.ts';
import type { Checklist } from '../restore/checklist.ts';
import type { Digest } from '../routine/digest.ts';
import type { InsteadOf, RunView } from '../run/run-view.ts';

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
      requester: Person;
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
      requester: Person;
      insteadOf?: InsteadOf;
    };

export type MessageState =
  /** Never handed to Slack. */
  | 'new'
  /** Kept back: it is told only if something goes wrong. */
  | 'withheld'
  /** Handed to Slack; no answer is recorded. For the next sender this means `unknown`. */
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
  /** Counts the wanted content; `sentVersion` is what Slack shows, 0 while it shows none of it. */
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
  /** Messages whose wanted content is not what Slack shows: finals first, then what shows none yet, then the oldest change. */
  unsent(): Promise<UnsentMessage[]>;
  /** Marks `new` as `sending`; false when somebody else did. */
  claim(id: string): Promise<boolean>;
  /**
   * For a sender that begins: whoever sent before has ended, and what they handed to Slack without noting its answer is
   * `unknown` now. Gives how many those were.
   */
  forgetSender(): Promise<number>;
  setSent(id: string, ts: string, version: number): Promise<void>;
  setState(id: string, state: MessageState): Promise<void>;
  /** An edit may have arrived that says less than the newest one: what is wanted is to be sent once more. */
  doubtShown(id: string): Promise<void>;
  /** Gives the message a new life after `unknown`: state `new`, its view as given. */
  replace(id: string, view: MessageView, at: number): Promise<void>;
}
