import { appId } from '../ids.ts';
import { wireMessage } from '../methods/chat.ts';
import type { EphemeralMessage, OpenView, StoredMessage } from '../model.ts';
import { findChannel, findMember, type SlackState } from '../state.ts';
import { wireView } from '../view-stack.ts';

/** The place a person acts on. */
export type Surface = { message: StoredMessage } | { ephemeral: EphemeralMessage } | { view: OpenView };

/** What each interactive payload says about who and where. */
export function origin(state: SlackState, userId: string): Record<string, unknown> {
  const { workspace } = state;
  const user = knownMember(state, userId);
  return {
    user: { id: user.id, username: user.name, name: user.name, team_id: homeOf(state, userId) },
    team: { id: workspace.teamId, domain: domain(state) },
    api_app_id: appId,
    token: 'unused',
    enterprise: workspace.enterpriseId === undefined ? null : { id: workspace.enterpriseId, name: 'Acme' },
    is_enterprise_install: false,
  };
}

export function knownMember(state: SlackState, id: string) {
  const member = findMember(state.workspace, id);
  if (!member) throw new Error(`nobody in the workspace has the id ${id}`);
  return member;
}

/** The workspace of a person: payloads name it beside the one they act in. */
export function homeOf(state: SlackState, userId: string): string {
  return knownMember(state, userId).home?.teamId ?? state.workspace.teamId;
}

function knownChannel(state: SlackState, id: string) {
  const channel = findChannel(state.workspace, id);
  if (!channel) throw new Error(`no channel in the workspace has the id ${id}`);
  return channel;
}

export function domain(state: SlackState): string {
  return new URL(state.workspace.url).hostname.split('.')[0] ?? '';
}

/** channel_name of a payload: Slack does not name direct messages and private channels. */
export function channelName(state: SlackState, id: string): string {
  const channel = knownChannel(state, id);
  if (channel.im) return 'directmessage';
  return channel.isPrivate ? 'privategroup' : channel.name;
}

/** `container` and what goes with it. */
export function surfaceFields(state: SlackState, surface: Surface): Record<string, unknown> {
  if ('view' in surface) {
    const { view } = surface;
    return { container: { type: 'view', view_id: view.id }, view: wireView(state, view) };
  }
  const isEphemeral = 'ephemeral' in surface;
  const message = isEphemeral ? surface.ephemeral : surface.message;
  const thread = message.threadTs ? { thread_ts: message.threadTs } : {};
  return {
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: message.channel,
      is_ephemeral: isEphemeral,
      ...thread,
    },
    channel: { id: message.channel, name: channelName(state, message.channel) },
    // Slack does not hand back the contents of an ephemeral message.
    ...(isEphemeral ? {} : { message: wireMessage(state, surface.message) }),
  };
}
