import type { Workspace } from '../model.ts';
import { flagParam, requiredParam } from '../params.ts';
import { SlackError } from '../slack-error.ts';
import { findMember } from '../state.ts';
import type { Method } from './method.ts';

export const userMethods: Record<string, Method> = {
  'users.info': (params, { workspace }) => ({ user: wireUser(workspace, requiredParam(params, 'user')) }),
  'usergroups.list': (params, { workspace }) => ({
    usergroups: workspace.userGroups.map((group) => ({
      id: group.id,
      team_id: workspace.teamId,
      is_usergroup: true,
      name: group.handle,
      handle: group.handle,
      date_delete: 0,
      user_count: group.users.length,
      ...(flagParam(params, 'include_users') ? { users: group.users } : {}),
    })),
  }),
  'usergroups.users.list': (params, { workspace }) => {
    const id = requiredParam(params, 'usergroup');
    const group = workspace.userGroups.find((each) => each.id === id);
    if (!group) throw new SlackError('no_such_subteam');
    return { users: group.users };
  },
};

function wireUser(workspace: Workspace, id: string): Record<string, unknown> {
  const member = findMember(workspace, id);
  if (!member) throw new SlackError('user_not_found');
  const enterprise = member.home === undefined ? workspace.enterpriseId : member.home.enterpriseId;
  return {
    id: member.id,
    team_id: member.home?.teamId ?? workspace.teamId,
    name: member.name,
    real_name: member.realName,
    deleted: member.isDeleted ?? false,
    tz: member.tz,
    is_bot: member.isBot ?? member.id === workspace.bot.id,
    is_restricted: member.isGuest ?? false,
    is_ultra_restricted: false,
    ...(member.isStranger ? { is_stranger: true } : {}),
    ...(enterprise === undefined ? {} : { enterprise_user: { enterprise_id: enterprise } }),
    profile: { real_name: member.realName, display_name: member.name },
  };
}
