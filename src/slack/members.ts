import type { WebClient } from '@slack/web-api';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import type { AccountKind, Members } from '../core/ports/members.ts';
import type { Metrics } from '../core/ports/metrics.ts';
import type { Identity } from './identity.ts';
import { callSlack } from './kit/slack-call.ts';

/** Slack allows 20 calls a minute (facts: slack.md); a person taken out of a group loses the right this soon. */
const FRESH_MS = 60_000;
/** Codes of usergroups.users.list for an id that is none. */
const NO_GROUP = new Set(['no_such_subteam', 'subteam_not_found', 'invalid_arguments']);

/** Group membership from Slack. An answer that cannot be had is `unknown`, never an old one: it fails closed. */
export function createMembers(deps: {
  client: WebClient;
  /** Undefined until Slack has said it: nobody acts before. */
  identity: () => Pick<Identity, 'teamId' | 'enterpriseId'> | undefined;
  clock: Clock;
  log: Log;
  metrics: Metrics;
}): Members {
  const { client, identity, clock, log, metrics } = deps;
  const known = new Map<string, { at: number; users: Promise<ReadonlySet<string> | undefined> }>();

  async function ask(group: string): Promise<ReadonlySet<string> | undefined> {
    const result = await callSlack(() => client.usergroups.users.list({ usergroup: group }));
    metrics.slackCalled('usergroups.users.list', result.kind === 'ok' ? 'ok' : result.kind);
    if (result.kind === 'ok') return new Set(result.value.users ?? []);
    log.warn({ group, result }, 'Slack did not confirm a user group');
    known.delete(group);
    return undefined;
  }

  function usersOf(group: string): Promise<ReadonlySet<string> | undefined> {
    const kept = known.get(group);
    if (kept !== undefined && clock.now() - kept.at < FRESH_MS) return kept.users;
    const users = ask(group);
    known.set(group, { at: clock.now(), users });
    return users;
  }

  return {
    async isOneOf(userId, ids) {
      if (ids.includes(userId)) return 'yes';
      const groups = await Promise.all(ids.filter((id) => id.startsWith('S')).map(usersOf));
      if (groups.some((users) => users?.has(userId))) return 'yes';
      return groups.includes(undefined) ? 'unknown' : 'no';
    },

    async peopleIn(groupId) {
      const result = await callSlack(() => client.usergroups.users.list({ usergroup: groupId }));
      metrics.slackCalled('usergroups.users.list', result.kind === 'ok' ? 'ok' : result.kind);
      if (result.kind === 'ok') return result.value.users ?? [];
      return result.kind === 'refused' && NO_GROUP.has(result.code) ? 'none' : 'unknown';
    },

    async accountOf(userId) {
      const result = await callSlack(() => client.users.info({ user: userId }));
      metrics.slackCalled('users.info', result.kind === 'ok' ? 'ok' : result.kind);
      if (result.kind === 'ok') return kindOf(result.value.user ?? {}, identity());
      log.warn({ user: userId, result }, 'Slack did not show an account');
      return 'unknown';
    },

    async botIsIn(channelId) {
      const result = await callSlack(() => client.conversations.info({ channel: channelId }));
      metrics.slackCalled('conversations.info', result.kind === 'ok' ? 'ok' : result.kind);
      if (result.kind === 'ok') {
        const isMember = result.value.channel?.is_member;
        return isMember === undefined ? 'unknown' : isMember ? 'yes' : 'no';
      }
      log.warn({ channel: channelId, result }, 'Slack did not show a channel');
      // What it says of a private channel that the bot is not in.
      return result.kind === 'refused' && result.code === 'channel_not_found' ? 'no' : 'unknown';
    },
  };
}

interface Account {
  deleted?: boolean;
  is_bot?: boolean;
  is_restricted?: boolean;
  is_ultra_restricted?: boolean;
  is_stranger?: boolean;
  team_id?: string;
  enterprise_user?: { enterprise_id?: string };
}

function kindOf(user: Account, home: Pick<Identity, 'teamId' | 'enterpriseId'> | undefined): AccountKind {
  if (user.deleted) return 'gone';
  if (user.is_bot) return 'bot';
  const isGuest = user.is_restricted || user.is_ultra_restricted || user.is_stranger;
  return isGuest || !isOf(user, home) ? 'guest' : 'person';
}

/** Slack calls nobody a stranger who shares a channel with the bot (docs of users.info): the team or the organization decides. */
function isOf(user: Account, home: Pick<Identity, 'teamId' | 'enterpriseId'> | undefined): boolean {
  if (home === undefined || user.team_id === undefined || user.team_id === home.teamId) return true;
  return home.enterpriseId !== undefined && user.enterprise_user?.enterprise_id === home.enterpriseId;
}
