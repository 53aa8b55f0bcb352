import type { AnyBlock } from '@slack/types';
import type { Clock } from '../../src/core/ports/clock.ts';
import { createIds, createTimestamps } from './ids.ts';
import type {
  ApiCall,
  Channel,
  EphemeralMessage,
  Member,
  OpenView,
  StoredMessage,
  Workspace,
} from './model.ts';

/** A right to open a modal: one use, soon (wall time). */
export interface Trigger {
  user: string;
  issuedAt: number;
  used: boolean;
}

/** What a response_url may still do, and to which message. */
export interface ResponseUrl {
  user: string;
  channel: string;
  issuedAt: number;
  uses: number;
  threadTs?: string;
  /** The message that was acted on; a command's URL has none, so that it cannot replace anything. */
  source?: { message: StoredMessage } | { ephemeral: EphemeralMessage };
}

export interface UploadedFile {
  id: string;
  name: string;
  bytes?: Uint8Array;
}

/** Everything the workspace remembers. */
export interface SlackState {
  workspace: Workspace;
  clock: Clock;
  newestBlocks: boolean;
  answerLimitMs: number;
  /** Base of the server, without a slash at the end; known once it listens. */
  baseUrl: string;
  messages: Map<string, StoredMessage[]>;
  ephemerals: EphemeralMessage[];
  /** Open modals a person, the lowest first. */
  views: Map<string, OpenView[]>;
  homes: Map<string, OpenView>;
  /** Picks made in a view before it is submitted, by view id. */
  picks: Map<string, Record<string, Record<string, unknown>>>;
  triggers: Map<string, Trigger>;
  responseUrls: Map<string, ResponseUrl>;
  files: Map<string, UploadedFile>;
  calls: ApiCall[];
  nextId: (prefix: string) => string;
  nextTs: () => string;
  changed: () => void;
}

export function createState(input: {
  workspace: Workspace;
  clock: Clock;
  newestBlocks: boolean;
  answerLimitMs: number;
  changed: () => void;
}): SlackState {
  return {
    ...input,
    baseUrl: '',
    messages: new Map(),
    ephemerals: [],
    views: new Map(),
    homes: new Map(),
    picks: new Map(),
    triggers: new Map(),
    responseUrls: new Map(),
    files: new Map(),
    calls: [],
    nextId: createIds(),
    nextTs: createTimestamps(() => input.clock.now()),
  };
}

export function findMember(workspace: Workspace, id: string): Member | undefined {
  return id === workspace.bot.id ? workspace.bot : workspace.people.find((person) => person.id === id);
}

export function findChannel(workspace: Workspace, id: string): Channel | undefined {
  return workspace.channels.find((channel) => channel.id === id);
}

/** The direct message of the bot with a person, opened on the fly. */
export function openIm(workspace: Workspace, user: string): Channel {
  const open = workspace.channels.find((channel) => channel.im === user);
  if (open) return open;
  const opened: Channel = {
    id: `D${user.slice(1)}`,
    name: 'directmessage',
    isPrivate: true,
    im: user,
    members: [workspace.bot.id, user],
  };
  workspace.channels.push(opened);
  return opened;
}

export function findMessage(state: SlackState, channel: string, ts: string): StoredMessage | undefined {
  return state.messages.get(channel)?.find((message) => message.ts === ts && !message.deleted);
}

export function addMessage(state: SlackState, message: Omit<StoredMessage, 'ts' | 'edits'>): StoredMessage {
  const stored: StoredMessage = {
    ...message,
    ts: state.nextTs(),
    blocks: withBlockIds(state, message.blocks),
    edits: [],
  };
  state.messages.set(message.channel, [...(state.messages.get(message.channel) ?? []), stored]);
  state.changed();
  return stored;
}

/** Puts a changed copy in the place of a message. */
export function replaceMessage(
  state: SlackState,
  message: StoredMessage,
  change: Partial<StoredMessage>,
): StoredMessage {
  const next: StoredMessage = { ...message, ...change };
  if (change.blocks) next.blocks = withBlockIds(state, change.blocks);
  const all = state.messages.get(message.channel) ?? [];
  state.messages.set(
    message.channel,
    all.map((each) => (each.ts === message.ts ? next : each)),
  );
  state.changed();
  return next;
}

/** An edit keeps what was shown before. */
export function editMessage(
  state: SlackState,
  message: StoredMessage,
  content: { text: string; blocks: AnyBlock[] },
): StoredMessage {
  const edits = [...message.edits, { text: message.text, blocks: message.blocks }];
  return replaceMessage(state, message, { ...content, edited: true, edits });
}

export function addEphemeral(
  state: SlackState,
  message: Omit<EphemeralMessage, 'id' | 'ts'>,
): EphemeralMessage {
  const stored: EphemeralMessage = {
    ...message,
    id: state.nextId('E'),
    ts: state.nextTs(),
    blocks: withBlockIds(state, message.blocks),
  };
  state.ephemerals.push(stored);
  state.changed();
  return stored;
}

export function issueTrigger(state: SlackState, user: string): string {
  const id = `${state.nextId('')}.${state.workspace.teamId}`;
  state.triggers.set(id, { user, issuedAt: performance.now(), used: false });
  return id;
}

/** Registers a response_url and returns it. */
export function issueResponseUrl(state: SlackState, grant: Omit<ResponseUrl, 'issuedAt' | 'uses'>): string {
  const id = state.nextId('R');
  state.responseUrls.set(id, { ...grant, issuedAt: state.clock.now(), uses: 0 });
  return `${state.baseUrl}/response/${id}`;
}

/** Slack names each block that came without a name; actions refer to them. */
export function withBlockIds(state: SlackState, blocks: AnyBlock[]): AnyBlock[] {
  return blocks.map((block) => (block.block_id ? block : { ...block, block_id: state.nextId('b') }));
}
