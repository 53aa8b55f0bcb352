import type { WebClient } from '@slack/web-api';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Redact } from '../../core/text/redact.ts';
import { cut, escapeMrkdwn } from '../../core/text/text.ts';
import { LIMITS, NO_UNFURL } from '../kit/blocks.ts';
import { callSlack } from '../kit/slack-call.ts';

const REPEATED_AFTER_MS = 10 * 60_000;

export interface Emergency {
  say(channel: string, key: string, text: string): void;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

/** The one way past the store, for when it cannot be written: posted once, best effort, and again only after a while. */
export function createEmergency(deps: {
  client: WebClient;
  clock: Clock;
  log: Log;
  redact: Redact;
}): Emergency {
  const { client, clock, log, redact } = deps;
  const saidAt = new Map<string, number>();
  let under = Promise.resolve();
  return {
    say(channel, key, text) {
      const what = `${channel} ${key}`;
      const last = saidAt.get(what);
      if (last !== undefined && clock.now() - last < REPEATED_AFTER_MS) return;
      saidAt.set(what, clock.now());
      const content = { channel, text: cut(escapeMrkdwn(redact(text)), LIMITS.topText), ...NO_UNFURL };
      under = Promise.all([under, callSlack(() => client.chat.postMessage(content))]).then(([, result]) => {
        if (result.kind === 'ok') return;
        log.error({ result }, 'the emergency message did not reach Slack');
        // What surely does not stand there may be said again at once.
        if (result.kind !== 'unknown') saidAt.delete(what);
      });
    },
    idle: () => under,
  };
}
