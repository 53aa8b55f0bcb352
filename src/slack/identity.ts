import type { WebClient } from '@slack/web-api';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import { backoffMs } from '../core/time/backoff.ts';
import type { OnRefused } from './connection.ts';
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

/** People mend a token; who waits for them asks seldom. */
const REFUSED_RETRY_MS = 60_000;

/** Waits until Slack says who the bot is; whether a refused token is waited for is for `onRefused` to say, by throwing or not. */
export async function identify(
  client: WebClient,
  deps: { clock: Clock; log: Log; stopping: AbortSignal; onRefused: OnRefused },
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
      deps.onRefused(
        new Error(
          `Slack refused SLACK_BOT_TOKEN (${result.code}). Copy the Bot User OAuth Token from the app’s “OAuth & Permissions” page.`,
        ),
      );
      await deps.clock.sleep(REFUSED_RETRY_MS, deps.stopping);
      continue;
    }
    deps.log.warn({ result }, 'Slack does not answer yet; trying again');
    await deps.clock.sleep(backoffMs(tries, { firstMs: 1_000, longestMs: 30_000 }), deps.stopping);
  }
}
