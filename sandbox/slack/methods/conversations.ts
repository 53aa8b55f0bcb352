import type { Channel, Workspace } from '../model.ts';
import { requiredParam } from '../params.ts';
import { SlackError } from '../slack-error.ts';
import { openIm } from '../state.ts';
import { visibleChannel } from './chat.ts';
import type { Method } from './method.ts';

export const conversationMethods: Record<string, Method> = {
  'conversations.info': (params, state) => ({
    channel: wireChannel(state.workspace, visibleChannel(state, requiredParam(params, 'channel'))),
  }),
  'conversations.open': (params, state) => {
    const users = requiredParam(params, 'users').split(',');
    const [user] = users;
    if (!user || users.length > 1) throw new SlackError('invalid_user_combination');
    if (!state.workspace.people.some((person) => person.id === user)) throw new SlackError('user_not_found');
    return { channel: { id: openIm(state.workspace, user).id } };
  },
  'conversations.members': (params, state) => ({
    members: visibleChannel(state, requiredParam(params, 'channel')).members,
    response_metadata: { next_cursor: '' },
  }),
};

function wireChannel(workspace: Workspace, channel: Channel): Record<string, unknown> {
  const isPrivate = channel.isPrivate ?? false;
  return {
    id: channel.id,
    name: channel.name,
    is_channel: !channel.im && !isPrivate,
    is_group: !channel.im && isPrivate,
    is_im: channel.im !== undefined,
    is_private: isPrivate,
    is_archived: channel.isArchived ?? false,
    is_member: channel.members.includes(workspace.bot.id),
    ...(channel.im ? { user: channel.im } : {}),
  };
}
