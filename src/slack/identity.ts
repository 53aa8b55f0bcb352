import type { WebClient } from '@slack/web-api';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import { backoffMs } from '../core/time/backoff.ts';
import { callSlack } from './kit/slack-call.ts';

/** Who the bot is in Slack. */
export interface Identity {
  teamId: string;
  /** Of the organization, where the workspace is one of several. */
  enterpriseId?: string;
  userId: string;
  botId: string;
  /** Base of links to messages. */
  url: string;
}

/** Waits until Slack says who the bot is. Rejects when the token will never do; anything else is tried again. */
export async function identify(
  client: WebClient,
  deps: { clock: Clock; log: Log; stopping: AbortSignal },
): Promise<Identity> {
  for (let tries = 1; ; tries += 1) {
    deps.stopping.throwIfAborted();
    const result = await callSlack(() => client.auth.test());
    if (result.kind === 'ok') {
      const { team_id, enterprise_id, user_id, bot_id, url } = result.value;
      return {
        teamId: team_id ?? '',
        ...(enterprise_id ? { enterpriseId: enterprise_id } : {}),
        userId: user_id ?? '',
        botId: bot_id ?? '',
        url: url ?? 'https://slack.com/',
      };
    }
    if (result.kind === 'refused') {
      throw new Error(
        `Slack refused SLACK_BOT_TOKEN (${result.code}). Copy the Bot User OAuth Token from the app’s “OAuth & Permissions” page.`,
      );
    }
    deps.log.warn({ result }, 'Slack does not answer yet; trying again');
    await deps.clock.sleep(backoffMs(tries, { firstMs: 1_000, longestMs: 30_000 }), deps.stopping);
  }
}
