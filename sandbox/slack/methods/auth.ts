import { SlackError } from '../slack-error.ts';
import type { Method } from './method.ts';

export const authMethods: Record<string, Method> = {
  'api.test': (params) => {
    if (typeof params.error === 'string') throw new SlackError(params.error);
    return { args: params };
  },
  'auth.test': (_params, { workspace }) => ({
    url: workspace.url,
    team: workspace.teamName,
    team_id: workspace.teamId,
    ...(workspace.enterpriseId === undefined ? {} : { enterprise_id: workspace.enterpriseId }),
    user: workspace.bot.name,
    user_id: workspace.bot.id,
    bot_id: workspace.bot.botId,
    is_enterprise_install: false,
  }),
};
