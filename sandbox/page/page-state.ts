import type { AnyBlock } from '@slack/types';
import type { EphemeralMessage, OpenView, SlackServer, StoredMessage } from '../slack/model.ts';
import { type Conversation, conversationsOf } from './conversation.ts';
import type { PageOptions } from './page-options.ts';

/** The newest messages of a channel that the page gets; older ones are only counted. */
const SHOWN_MESSAGES = 300;

export interface ShownMessage {
  ts: string;
  user: string;
  text: string;
  blocks: AnyBlock[];
  edited: boolean;
  deleted: boolean;
  /** Set for what only this person sees. */
  ephemeralId?: string;
  /** Set for a thread reply. */
  threadTs?: string;
  /** The first message of the thread, for a reply that was also sent to the channel. */
  threadText?: string;
  replies?: { count: number; lastTs: string };
  files?: { title: string; size: number; url: string }[];
}

export interface ShownView {
  id: string;
  hash: string;
  view: Omit<OpenView['view'], 'private_metadata'>;
  errors: Record<string, string>;
}

const shown = (message: StoredMessage): ShownMessage => ({
  ts: message.ts,
  user: message.user,
  text: message.deleted ? '' : message.text,
  blocks: message.deleted ? [] : message.blocks,
  edited: message.edited ?? false,
  deleted: message.deleted ?? false,
  ...(message.threadTs !== undefined && message.threadTs !== message.ts && { threadTs: message.threadTs }),
  ...(message.files && { files: message.files.map(({ title, size, url }) => ({ title, size, url })) }),
});

const shownEphemeral = (message: EphemeralMessage, bot: string): ShownMessage => ({
  ts: message.ts,
  user: bot,
  text: message.text,
  blocks: message.blocks,
  edited: false,
  deleted: false,
  ephemeralId: message.id,
  ...(message.threadTs !== undefined && { threadTs: message.threadTs }),
});

/** Private metadata is the bot's own note to itself: Slack never shows it, so it does not leave the server. */
function shownView(open: OpenView): ShownView {
  const { private_metadata: _, ...view } = open.view;
  return { id: open.id, hash: open.hash, view, errors: open.errors ?? {} };
}

const byTs = (a: ShownMessage, b: ShownMessage) => Number(a.ts) - Number(b.ts);

/** The channel as one person sees it: top-level messages, broadcast replies and what only they see, oldest first. */
function channelMessages(slack: SlackServer, user: string, channel: string): ShownMessage[] {
  const all = slack.messages(channel);
  const isReply = (message: StoredMessage) =>
    message.threadTs !== undefined && message.threadTs !== message.ts;
  const replies = Map.groupBy(
    all.filter((message) => isReply(message) && !message.deleted),
    (message) => message.threadTs,
  );
  const textOf = new Map(all.map((message) => [message.ts, message.text]));
  const ephemerals = slack
    .ephemerals(user)
    .filter((message) => message.channel === channel && message.threadTs === undefined);
  return all
    .filter((message) => (isReply(message) ? message.broadcast : true))
    .filter((message) => !message.deleted || replies.has(message.ts))
    .map((message): ShownMessage => {
      const threadText = isReply(message) ? textOf.get(message.threadTs ?? '') : undefined;
      const thread = replies.get(message.ts);
      const last = thread?.at(-1);
      return {
        ...shown(message),
        ...(threadText !== undefined && { threadText }),
        ...(thread && last && { replies: { count: thread.length, lastTs: last.ts } }),
      };
    })
    .concat(ephemerals.map((message) => shownEphemeral(message, slack.workspace.bot.id)))
    .sort(byTs);
}

/** The first message and its replies, or undefined when there is no such thread. */
function threadMessages(
  slack: SlackServer,
  user: string,
  channel: string,
  ts: string,
): ShownMessage[] | undefined {
  const all = slack.messages(channel);
  const parent = all.find((message) => message.ts === ts);
  if (parent === undefined) return undefined;
  const replies = all.filter((message) => message.threadTs === ts && message.ts !== ts && !message.deleted);
  const ephemerals = slack
    .ephemerals(user)
    .filter((message) => message.channel === channel && message.threadTs === ts)
    .map((message) => shownEphemeral(message, slack.workspace.bot.id));
  return [shown(parent), ...replies.map(shown).concat(ephemerals).sort(byTs)];
}

/** The ts of the newest message a person has in a conversation, '' when there is none. */
function newestTs(slack: SlackServer, user: string, conversation: Conversation): string {
  return channelMessages(slack, user, conversation.id).at(-1)?.ts ?? '';
}

/**
 * Everything one person's page shows, and nothing of the other people. `channel` is a conversation's key; an unknown
 * person or conversation becomes the first one, so that an old address still opens.
 */
export function snapshot(options: PageOptions, asked: { user: string; channel: string; thread: string }) {
  const { slack } = options;
  const { people, bot, teamName, url, userGroups } = slack.workspace;
  const me = people.find((person) => person.id === asked.user) ?? people[0];
  if (me === undefined) throw new Error('The workspace of the sandbox has no people.');
  const conversations = conversationsOf(slack, me.id);
  const conversation =
    conversations.find((one) => one.key === asked.channel) ??
    conversations.find((one) => one.kind !== 'app' && one.botIsIn) ??
    conversations[0];
  if (conversation === undefined) throw new Error('The workspace of the sandbox has no channel.');
  const messages = channelMessages(slack, me.id, conversation.id);
  const home = slack.homes(me.id);
  const thread =
    asked.thread === '' ? undefined : threadMessages(slack, me.id, conversation.id, asked.thread);
  return {
    teamName,
    workspaceUrl: url,
    command: options.command,
    banner: options.banner ?? '',
    suggestions: options.suggestions ?? [],
    tour: options.tour ?? [],
    extras: (options.extras ?? []).map(({ id, label, help }) => ({ id, label, help })),
    world: options.world?.() ?? [],
    user: me.id,
    people: people.map(({ id, name, realName, tz }) => ({ id, name, realName, tz })),
    bot: { id: bot.id, name: bot.name, realName: bot.realName },
    userGroups: userGroups.map(({ id, handle, users }) => ({ id, handle, mine: users.includes(me.id) })),
    conversations: conversations.map((one) => ({ ...one, newestTs: newestTs(slack, me.id, one) })),
    channel: conversation.key,
    older: Math.max(0, messages.length - SHOWN_MESSAGES),
    messages: messages.slice(-SHOWN_MESSAGES),
    ...(thread && { thread: { ts: asked.thread, messages: thread } }),
    views: slack.views(me.id).map(shownView),
    ...(home && { home: shownView(home) }),
  };
}
