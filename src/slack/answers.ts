import type { WebClient } from '@slack/web-api';
import type { Reply } from '../commands/base/reply.ts';
import type { Answer } from '../commands/dispatch.ts';
import type { Log } from '../core/ports/log.ts';
import type { Metrics } from '../core/ports/metrics.ts';
import { type Redact, redactData } from '../core/text/redact.ts';
import type { Identity } from './identity.ts';
import { NO_UNFURL } from './kit/blocks.ts';
import type { Rendered } from './kit/rendered.ts';
import { callSlack } from './kit/slack-call.ts';
import { replyMessage } from './reply.ts';

interface Where {
  /** Serves 30 minutes and 5 answers (facts: slack.md). */
  responseUrl?: string | undefined;
  channel: string;
  user: string;
}

/** Forms are opened, not said. */
type Shown = Exclude<Reply, { view: 'form' }>;

export interface Answers {
  to(where: Where): {
    /** Shows a reply to the asker alone. Never rejects: what cannot be shown is logged. */
    reply(reply: Shown, identity: Identity): Promise<void>;
    /** Says that it takes a moment when it does. */
    whileWaiting<T extends Answer | 'quiet'>(work: Promise<T>): Promise<T>;
    hasSaidWaiting(): boolean;
  };
}

/** Answers that only the asker sees: by response_url, else by chat.postEphemeral, else by direct message. */
export function createAnswers(deps: {
  client: WebClient;
  log: Log;
  metrics: Metrics;
  redact: Redact;
  sayWaitingAfterMs: number;
  /** Answers at the `response_url` of a payload. */
  fetch: typeof fetch;
}): Answers {
  const { client, log, metrics, redact } = deps;

  async function show(where: Where, rendered: Rendered): Promise<void> {
    const content = redactData(rendered, redact);
    if (where.responseUrl !== undefined && (await byUrl(where.responseUrl, content))) return;
    const ephemeral = await callSlack(() =>
      client.chat.postEphemeral({ channel: where.channel, user: where.user, ...content }),
    );
    metrics.slackCalled('chat.postEphemeral', ephemeral.kind);
    if (ephemeral.kind === 'ok') return;
    const direct = await callSlack(() =>
      client.chat.postMessage({ channel: where.user, ...content, ...NO_UNFURL }),
    );
    metrics.slackCalled('chat.postMessage', direct.kind);
    if (direct.kind !== 'ok')
      log.error({ user: where.user, ephemeral, direct }, 'an answer could not be shown');
  }

  function rendered(reply: Shown, identity: Identity): Rendered {
    try {
      return replyMessage(reply, identity.url);
    } catch (error) {
      log.error({ err: error, view: reply.view }, 'an answer could not be made');
      return { text: 'The bot could not put its answer into words; its log has the details.', blocks: [] };
    }
  }

  async function byUrl(url: string, content: Rendered): Promise<boolean> {
    try {
      const response = await deps.fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, ...content }),
        signal: AbortSignal.timeout(5_000),
      });
      await response.arrayBuffer();
      metrics.slackCalled('response_url', response.ok ? 'ok' : `http ${response.status}`);
      if (!response.ok)
        log.warn({ status: response.status }, 'Slack did not take an answer by its response_url');
      return response.ok;
    } catch (error) {
      metrics.slackCalled('response_url', 'no answer');
      log.warn({ err: error }, 'Slack did not take an answer by its response_url');
      return false;
    }
  }

  function askedFrom(where: Where): ReturnType<Answers['to']> {
    let hasSaidWaiting = false;
    const sayWaiting = () => {
      hasSaidWaiting = true;
      return show(where, { text: 'One moment, I am waiting for EC2 or Slack …', blocks: [] });
    };
    return {
      reply: (reply, identity) => show(where, rendered(reply, identity)),
      hasSaidWaiting: () => hasSaidWaiting,
      async whileWaiting(work) {
        const done = new AbortController();
        const timeout = AbortSignal.timeout(deps.sayWaitingAfterMs);
        const said = new Promise<void>((resolve) => {
          done.signal.addEventListener('abort', () => resolve(), { once: true });
          timeout.addEventListener('abort', () => void sayWaiting().then(resolve, resolve), {
            signal: done.signal,
          });
        });
        try {
          return await work;
        } finally {
          // With a reason of our own: the standard one takes a stack trace, for each command.
          done.abort(null);
          // The answer comes after the word that it takes a moment, never before.
          await said;
        }
      },
    };
  }

  return { to: askedFrom };
}
