import { checkMessage } from '../limits/limits.ts';
import type { Channel, StoredMessage } from '../model.ts';
import { blocksParam, flagParam, type Params, requiredParam, textParam } from '../params.ts';
import { SlackError } from '../slack-error.ts';
import {
  addEphemeral,
  addMessage,
  editMessage,
  findChannel,
  findMessage,
  openIm,
  replaceMessage,
  type SlackState,
} from '../state.ts';
import type { Method } from './method.ts';

const postMessage: Method = (params, state) => {
  const channel = writableChannel(state, requiredParam(params, 'channel'));
  const content = { text: textParam(params, 'text') ?? '', blocks: blocksParam(params) ?? [] };
  checkMessage(content, { newestBlocks: state.newestBlocks, maxText: 40_000 });
  const threadTs = threadParam(state, channel, params, { orRoot: true });
  const message = addMessage(state, {
    channel: channel.id,
    user: state.workspace.bot.id,
    ...content,
    ...(threadTs ? { threadTs } : {}),
    ...(threadTs && flagParam(params, 'reply_broadcast') ? { broadcast: true } : {}),
  });
  return { channel: channel.id, ts: message.ts, message: wireMessage(state, message) };
};

const update: Method = (params, state) => {
  const message = ownMessage(state, params, 'cant_update_message');
  const text = textParam(params, 'text');
  const blocks = blocksParam(params);
  if (text === undefined && blocks === undefined) throw new SlackError('no_text');
  // What is left out stays as it was; `blocks: []` removes them (chat.update's documentation).
  const content = { text: text ?? message.text, blocks: blocks ?? message.blocks };
  checkMessage(content, { newestBlocks: state.newestBlocks, maxText: 4000 });
  const edited = editMessage(state, message, content);
  return {
    channel: edited.channel,
    ts: edited.ts,
    text: edited.text,
    message: { ...wireMessage(state, edited), edited: { user: state.workspace.bot.id, ts: state.nextTs() } },
  };
};

const remove: Method = (params, state) => {
  const message = ownMessage(state, params, 'cant_delete_message');
  replaceMessage(state, message, { deleted: true });
  return { channel: message.channel, ts: message.ts };
};

const postEphemeral: Method = (params, state) => {
  const channel = writableChannel(state, requiredParam(params, 'channel'));
  const user = requiredParam(params, 'user');
  if (!channel.members.includes(user)) throw new SlackError('user_not_in_channel');
  const content = { text: textParam(params, 'text') ?? '', blocks: blocksParam(params) ?? [] };
  checkMessage(content, { newestBlocks: state.newestBlocks, maxText: 40_000 });
  const threadTs = threadParam(state, channel, params);
  const message = addEphemeral(state, {
    channel: channel.id,
    user,
    ...content,
    ...(threadTs ? { threadTs } : {}),
  });
  return { message_ts: message.ts };
};

const getPermalink: Method = (params, state) => {
  const channel = visibleChannel(state, requiredParam(params, 'channel'));
  const message = findMessage(state, channel.id, requiredParam(params, 'message_ts'));
  if (!message) throw new SlackError('message_not_found');
  const link = `${state.workspace.url}archives/${channel.id}/p${message.ts.replace('.', '')}`;
  const thread = message.threadTs ? `?thread_ts=${message.threadTs}&cid=${channel.id}` : '';
  return { channel: channel.id, permalink: `${link}${thread}` };
};

export const chatMethods: Record<string, Method> = {
  'chat.postMessage': postMessage,
  'chat.update': update,
  'chat.delete': remove,
  'chat.postEphemeral': postEphemeral,
  'chat.getPermalink': getPermalink,
};

/** A channel the bot can see: private ones only from inside. */
export function visibleChannel(state: SlackState, id: string): Channel {
  const channel = findChannel(state.workspace, id);
  if (!channel) throw new SlackError('channel_not_found');
  if (channel.isPrivate && !channel.members.includes(state.workspace.bot.id))
    throw new SlackError('channel_not_found');
  return channel;
}

/** A channel the bot may post in; a person's id stands for the direct message with them. */
export function writableChannel(state: SlackState, id: string): Channel {
  const { workspace } = state;
  const channel = workspace.people.some((person) => person.id === id)
    ? openIm(workspace, id)
    : visibleChannel(state, id);
  if (channel.isArchived) throw new SlackError('is_archived');
  if (!channel.members.includes(workspace.bot.id)) throw new SlackError('not_in_channel');
  return channel;
}

/**
 * The parent's ts when the call names a thread. `orRoot`: of a message that was deleted Slack gives no error, it posts at the channel's
 * root, and its answer has no `thread_ts`.
 */
export function threadParam(
  state: SlackState,
  channel: Channel,
  params: Params,
  { orRoot = false } = {},
): string | undefined {
  if (params.thread_ts === undefined || params.thread_ts === '') return undefined;
  const threadTs = textParam(params, 'thread_ts');
  const parent = threadTs === undefined ? undefined : findMessage(state, channel.id, threadTs);
  if (!parent && orRoot) return undefined;
  if (!parent) throw new SlackError('thread_not_found');
  if (parent.threadTs) throw new SlackError('cannot_reply_to_message');
  return parent.ts;
}

function ownMessage(state: SlackState, params: Params, refusal: string): StoredMessage {
  const channel = visibleChannel(state, requiredParam(params, 'channel'));
  const ts = textParam(params, 'ts');
  const message = ts === undefined ? undefined : findMessage(state, channel.id, ts);
  if (!message) throw new SlackError('message_not_found');
  if (message.user !== state.workspace.bot.id) throw new SlackError(refusal);
  if (channel.isArchived) throw new SlackError('is_archived');
  return message;
}

/** A message in the shape of Slack's answers and payloads. */
export function wireMessage(state: SlackState, message: StoredMessage): Record<string, unknown> {
  const { bot, teamId } = state.workspace;
  return {
    type: 'message',
    user: message.user,
    ts: message.ts,
    text: message.text,
    blocks: message.blocks,
    team: teamId,
    ...(message.user === bot.id ? { bot_id: bot.botId } : {}),
    ...(message.threadTs ? { thread_ts: message.threadTs } : {}),
  };
}
