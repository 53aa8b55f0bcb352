import type { AnyBlock } from '@slack/types';
import type { Clock } from '../../src/core/ports/clock.ts';
import type { Values } from './values.ts';

/** A person (or the bot) in the invented workspace. */
export interface Member {
  id: string;
  name: string;
  realName: string;
  /** IANA zone, as users.info tells it. */
  tz: string;
  isBot?: boolean;
  /** Single- or multi-channel guest, as users.info tells it (`is_restricted`). */
  isGuest?: boolean;
  /** Deactivated account. */
  isDeleted?: boolean;
  /** Of another workspace, in the same organization or met in a shared channel; the bot's own workspace when missing. */
  home?: { teamId: string; enterpriseId?: string };
  /** Of another workspace, without a channel in common with the bot (`is_stranger`). */
  isStranger?: boolean;
}

export interface Channel {
  id: string;
  name: string;
  isPrivate?: boolean;
  isArchived?: boolean;
  /** A direct message between the bot and this person. The server adds these to the workspace as they are opened. */
  im?: string;
  /** Member ids; the bot can only post where it is one of them (else `not_in_channel`). */
  members: string[];
}

export interface UserGroup {
  id: string;
  handle: string;
  users: string[];
}

export interface Workspace {
  teamId: string;
  teamName: string;
  /** The organization that the workspace belongs to. */
  enterpriseId?: string;
  /** Base of links, e.g. `https://acme.slack.example/`. */
  url: string;
  bot: Member & { botId: string };
  /** What the bot's token may do; Slack names it with each answer, and here nothing is refused for want of it. */
  scopes: string[];
  people: Member[];
  channels: Channel[];
  userGroups: UserGroup[];
}

/** A file uploaded by the bot. `url` serves its bytes. */
export interface StoredFile {
  id: string;
  name: string;
  title: string;
  size: number;
  url: string;
}

/**
 * A message as the workspace keeps it; `edits` holds what it showed before, oldest first. An edit or a deletion
 * puts a new object in its place, so one that was read earlier is what a person with a stale screen sees.
 */
export interface StoredMessage {
  channel: string;
  ts: string;
  threadTs?: string;
  /** Thread replies that were also sent to the channel. */
  broadcast?: boolean;
  /** The member id of the author. */
  user: string;
  text: string;
  blocks: AnyBlock[];
  edited?: boolean;
  deleted?: boolean;
  edits: { text: string; blocks: AnyBlock[] }[];
  files?: StoredFile[];
}

/** What only one person sees: answers to a command or a click. */
export interface EphemeralMessage {
  id: string;
  channel: string;
  user: string;
  ts: string;
  threadTs?: string;
  text: string;
  blocks: AnyBlock[];
}

export interface OpenView {
  id: string;
  hash: string;
  user: string;
  /** The view's payload as the bot sent it. */
  view: {
    type: 'modal' | 'home';
    callback_id?: string;
    title?: { text: string };
    submit?: { text: string };
    close?: { text: string };
    private_metadata?: string;
    notify_on_close?: boolean;
    clear_on_close?: boolean;
    external_id?: string;
    blocks: AnyBlock[];
  };
  /** block_id -> message, after a submission that was answered with response_action "errors". */
  errors?: Record<string, string>;
}

/** One call to the Web API, for assertions about rates, order and secrets. The Authorization header is left out. */
export interface ApiCall {
  /** `chat.postMessage`, or `response_url` for a posted follow-up. */
  method: string;
  at: number;
  body: Record<string, unknown>;
  /** `ok`, Slack's error code, or `http 503` and the like. */
  result: string;
}

/** What goes wrong on demand. Each fault is used up after `times` calls (default 1); `method` may be `*`. */
export type SlackFault = { method: string; times?: number } & (
  | { kind: 'error'; error: string }
  | { kind: 'rate_limited'; retryAfterSeconds: number }
  | { kind: 'http'; status: number }
  /** No answer ever (the socket stays open until the client gives up); `applied`: Slack did the work all the same. */
  | { kind: 'silence'; applied: boolean }
  /** The connection is cut; `applied`: after Slack did the work. */
  | { kind: 'cut'; applied: boolean }
);

export type Delivery =
  | { kind: 'socket'; appToken: string }
  /** `requestUrl` may be filled in later: it is read at each delivery. */
  | { kind: 'http'; requestUrl: string; signingSecret: string };

export interface SlackServerOptions {
  workspace: Workspace;
  botToken: string;
  delivery: Delivery;
  clock: Clock;
  /** TCP port on 127.0.0.1; 0 (default) takes a free one. */
  port?: number;
  /** false turns the newest blocks (`plan`, `task_card`, ...) into `invalid_blocks`, as older workspaces do. Default true. */
  newestBlocks?: boolean;
  /** true enforces Slack's rates (1 message a second a channel with small bursts, 50 updates a minute) with 429. Default true. */
  rates?: boolean;
  /** Wall milliseconds in which a payload must be acked and a trigger id used. Default 3000; tests make it shorter. */
  answerLimitMs?: number;
}

/** How the bot answered a delivered payload. */
export interface DeliveryReceipt {
  /** Wall milliseconds from delivery to ack; undefined when none came within 3 s (what Slack shows as a failed command). */
  ackMs?: number;
  /** The body of the ack, when it had one. */
  body?: unknown;
}

/** An option of an external select, as the list shows it. */
export interface Suggested {
  text: string;
  description?: string;
  value: string;
}

/** The Slack workspace at the wire, with hands for the people in it. */
export interface SlackServer {
  /** For SLACK_API_URL: `http://127.0.0.1:PORT/api/`. */
  apiUrl: string;
  workspace: Workspace;
  faults: SlackFault[];
  calls: ApiCall[];
  /** Oldest first; thread replies included (they carry `threadTs`). */
  messages(channel: string): StoredMessage[];
  ephemerals(user: string): EphemeralMessage[];
  views(user: string): OpenView[];
  homes(user: string): OpenView | undefined;
  /** A person types `/circleci-backup <text>` (the command may be another one) in a channel. */
  command(user: string, channel: string, text: string, command?: string): Promise<DeliveryReceipt>;
  /** A person presses a button or picks from a select in a message, an ephemeral answer, a modal or the home. */
  act(
    user: string,
    on: { message: StoredMessage } | { ephemeral: EphemeralMessage } | { view: OpenView },
    actionId: string,
    /**
     * Chosen option value(s) for selects; ignored for buttons. `blockId` tells two equal action ids apart. `values` is
     * what the other fields of a view hold meanwhile.
     */
    choice?: { value?: string; blockId?: string; values?: Values },
  ): Promise<DeliveryReceipt>;
  /** Values by block_id and action_id, in the shape of Slack's `view.state.values`. */
  submit(user: string, view: OpenView, values: Values): Promise<DeliveryReceipt>;
  closeView(user: string, view: OpenView): Promise<DeliveryReceipt>;
  /** Options of an external select, asked from the bot (block_suggestion). */
  suggest(user: string, view: OpenView, actionId: string, text: string): Promise<Suggested[]>;
  openHome(user: string): Promise<DeliveryReceipt>;
  /** Delivers the last payload once more, as Slack does after an ack that it did not see, and who caught it may. */
  again(): Promise<DeliveryReceipt>;
  /** Cuts all Socket Mode connections; the next `refuse` calls of apps.connections.open fail. */
  dropSockets(refuse?: number): void;
  socketCount(): number;
  /** Called after each visible change; returns the unsubscribe function. */
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
}
