import type { Channel, SlackServer } from '../slack/model.ts';

/** What the page calls the conversation with the bot, whoever looks at it. */
const APP_CONVERSATION = 'app';

/** `id` is Slack's; `key` is what the page puts into its address. */
export interface Conversation {
  key: string;
  id: string;
  name: string;
  kind: 'channel' | 'private' | 'app';
  /** The bot can post here. */
  botIsIn: boolean;
}

/** The conversations one person sees: public channels, their private ones, and the one with the bot. */
export function conversationsOf(slack: SlackServer, user: string): Conversation[] {
  const { channels, bot } = slack.workspace;
  const seen = (channel: Channel) =>
    !channel.isArchived && channel.im === undefined && (!channel.isPrivate || channel.members.includes(user));
  // Opened with the first message; until then its id only has to be free.
  const direct = channels.find((channel) => channel.im === user);
  return [
    ...channels.filter(seen).map(
      (channel): Conversation => ({
        key: channel.id,
        id: channel.id,
        name: channel.name,
        kind: channel.isPrivate ? 'private' : 'channel',
        botIsIn: channel.members.includes(bot.id),
      }),
    ),
    {
      key: APP_CONVERSATION,
      id: direct?.id ?? `D${user.slice(1)}`,
      name: bot.realName,
      kind: 'app',
      botIsIn: true,
    },
  ];
}
