import { App, type Logger } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import type { CommandDeps } from '../commands/base/verb.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import type { Metrics } from '../core/ports/metrics.ts';
import type { SlackVitals } from '../core/ports/vitals.ts';
import type { Store } from '../core/store/store.ts';
import type { Redact } from '../core/text/redact.ts';
import type { Connection, OnRefused } from './connection.ts';
import { createHttpConnection, type Serve } from './http.ts';
import { type Identity, identify } from './identity.ts';
import { callSlack } from './kit/slack-call.ts';
import { listen } from './listen.ts';
import { createMembers } from './members.ts';
import { createOutbox, type Outbox, type SendingDuty } from './outbox/outbox.ts';
import { createSocketConnection } from './socket.ts';

export interface SlackSettings {
  botToken: string;
  delivery:
    | { kind: 'socket'; appToken: string }
    | { kind: 'http'; signingSecret: string; port: number; host?: string };
  apiUrl?: string;
  /** How long one call to Slack may take, in wall ms. */
  callTimeoutMs?: number;
  /** After how many wall ms an asker is told that it takes a moment. */
  sayWaitingAfterMs?: number | undefined;
}

export interface Slack {
  outbox: Outbox;
  members: ReturnType<typeof createMembers>;
  connection: Connection;
  /**
   * Waits for Slack. Where it refuses a token, this rejects; with `goesOn` it resolves all the same, and Slack is asked again until
   * somebody has mended the token.
   */
  start(commands: CommandDeps, options: { goesOn: boolean }): Promise<void>;
  health(): { ok: boolean; detail: string };
  /** Asks Slack anew. */
  vitals(): Promise<SlackVitals>;
  stop(): Promise<void>;
}

/** Bolt's own answers must come fast; posting has no retries, for a repeated post is a second message (facts: slack.md). */
const CALL_TIMEOUT_MS = 10_000;

export function createSlack(
  settings: SlackSettings,
  deps: {
    store: Store;
    clock: Clock;
    wall: Clock;
    log: Log;
    logger: Logger;
    metrics: Metrics;
    redact: Redact;
    /** For files, and for answers at a payload's own address. */
    fetch: typeof fetch;
    /** For HTTP mode. */
    serve: Serve;
    lookEveryMs?: number;
    duty?: (() => SendingDuty | undefined) | undefined;
    tellOthers?: (() => void) | undefined;
  },
): Slack {
  const { log, logger, metrics, wall } = deps;
  const client = new WebClient(settings.botToken, {
    logger,
    timeout: settings.callTimeoutMs ?? CALL_TIMEOUT_MS,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    ...(settings.apiUrl === undefined ? {} : { slackApiUrl: settings.apiUrl }),
  });
  const { delivery } = settings;
  const connection =
    delivery.kind === 'socket'
      ? createSocketConnection(
          { appToken: delivery.appToken, apiUrl: settings.apiUrl },
          { clock: wall, log, logger, metrics },
        )
      : createHttpConnection(delivery, { wall, logger, serve: deps.serve });
  const stopping = new AbortController();
  /** Nothing comes from Slack any more. */
  const closing = new AbortController();
  let settled = async () => {};
  let identity: Identity | undefined;
  /** Set while Slack refuses a token. */
  let refusal: string | undefined;
  const outbox = createOutbox({
    ...deps,
    client,
    workspaceUrl: () => identity?.url ?? 'https://slack.com/',
  });

  return {
    outbox,
    members: createMembers({ ...deps, client, identity: () => identity }),
    connection,
    health: () => (refusal === undefined ? connection.health() : { ok: false, detail: refusal }),
    async vitals() {
      const result = await callSlack(() => client.auth.test());
      metrics.slackCalled('auth.test', result.kind === 'ok' ? 'ok' : result.kind);
      if (result.kind === 'refused') return { state: 'refused', code: result.code };
      if (result.kind !== 'ok') return { state: 'silent' };
      const scopes = result.value.response_metadata?.scopes;
      return {
        state: 'answers',
        connection: connection.health(),
        ...(scopes === undefined ? {} : { scopes }),
      };
    },
    async start(commands, { goesOn }) {
      outbox.start();
      if (!goesOn) {
        return connect(commands, (error) => {
          throw error;
        });
      }
      const refused = Promise.withResolvers<void>();
      const connected = connect(commands, (error) => {
        if (refusal !== error.message) log.error({ err: error }, 'Slack refuses the bot; backups go on');
        refusal = error.message;
        refused.resolve();
      }).then(() => {
        refusal = undefined;
      });
      // What becomes of it after the start has resolved is in the log and in the health.
      connected.catch((error) => {
        if (!stopping.signal.aborted) log.error({ err: error }, 'Slack could not be listened to');
      });
      await Promise.race([connected, refused.promise]);
    },
    async stop() {
      stopping.abort();
      await connection.stop();
      closing.abort();
      await settled();
    },
  };

  async function connect(commands: CommandDeps, onRefused: OnRefused): Promise<void> {
    const known = await identify(client, { clock: wall, log, stopping: stopping.signal, onRefused });
    identity = known;
    const app = new App({
      receiver: connection.receiver,
      logger,
      // What auth.test said is enough: Bolt would ask Slack again for each payload.
      authorize: async () => ({
        botToken: settings.botToken,
        botId: known.botId,
        botUserId: known.userId,
        teamId: known.teamId,
      }),
      ...(settings.apiUrl === undefined ? {} : { clientOptions: { slackApiUrl: settings.apiUrl } }),
    });
    settled = listen(app, {
      commands,
      client,
      identity: () => known,
      metrics,
      redact: deps.redact,
      outbox,
      wall,
      fetch: deps.fetch,
      closing: closing.signal,
      sayWaitingAfterMs: settings.sayWaitingAfterMs,
    });
    await connection.start(onRefused);
  }
}
