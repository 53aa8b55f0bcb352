import { type Logger, SocketModeReceiver } from '@slack/bolt';
import { WebAPIPlatformError } from '@slack/web-api';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import type { Metrics } from '../core/ports/metrics.ts';
import { backoffMs } from '../core/time/backoff.ts';
import type { Connection, OnRefused } from './connection.ts';

/** Slack pings about every 10 s; a silent connection is given up after these. */
const SERVER_PING_TIMEOUT_MS = 30_000;
const CLIENT_PING_TIMEOUT_MS = 5_000;
const HELLO_TIMEOUT_MS = 15_000;
const GOODBYE_TIMEOUT_MS = 2_000;
const RETRY = { firstMs: 500, longestMs: 30_000 };
/** Codes of apps.connections.open that no waiting heals. */
const TOKEN_REFUSED = new Set([
  'account_inactive',
  'invalid_auth',
  'missing_scope',
  'not_allowed_token_type',
  'not_authed',
  'token_expired',
  'token_revoked',
]);

/**
 * Socket Mode with the reconnecting done here: in socket-mode 3.1.0 a reconnect that fails is an unhandled rejection
 * (node-slack-sdk#2656), and the client waits 5 s before its first try.
 */
export function createSocketConnection(
  settings: { appToken: string; apiUrl?: string | undefined; helloTimeoutMs?: number },
  deps: { clock: Clock; log: Log; logger: Logger; metrics: Metrics },
): Connection {
  const { clock, log, metrics } = deps;
  const receiver = new SocketModeReceiver({
    appToken: settings.appToken,
    logger: deps.logger,
    autoReconnectEnabled: false,
    serverPingTimeout: SERVER_PING_TIMEOUT_MS,
    clientPingTimeout: CLIENT_PING_TIMEOUT_MS,
    // Bolt hands these options to the socket's own Web API client.
    installerOptions: {
      clientOptions: {
        timeout: 10_000,
        rejectRateLimitedCalls: true,
        retryConfig: { retries: 0 },
        ...(settings.apiUrl === undefined ? {} : { slackApiUrl: settings.apiUrl }),
      },
    },
  });
  const stopping = new AbortController();
  let connected = false;
  let everConnected = false;
  let downSince: number | undefined;
  let connecting: Promise<void> | undefined;
  let refusal: string | undefined;
  let onRefused: OnRefused = () => {};

  const down = () => {
    if (connected || downSince === undefined) downSince = clock.now();
    connected = false;
    metrics.socketConnected(false);
  };

  receiver.client.on('disconnected', () => {
    down();
    if (!stopping.signal.aborted) connect().catch(() => {});
  });

  async function hangUp(): Promise<void> {
    await withTimeout(receiver.client.disconnect(), GOODBYE_TIMEOUT_MS).catch(() => {});
  }

  /**
   * One loop at a time, until a hello came; every failure is logged and tried again. Only a token that Slack refuses
   * from the first is for `onRefused` to say: it may be a mistake in the settings that somebody mends while it is tried again.
   */
  function connect(): Promise<void> {
    connecting ??= (async () => {
      for (let failures = 0; !stopping.signal.aborted; failures += 1) {
        try {
          await withTimeout(receiver.start(), settings.helloTimeoutMs ?? HELLO_TIMEOUT_MS);
          if (stopping.signal.aborted) return;
          connected = true;
          everConnected = true;
          refusal = undefined;
          downSince = undefined;
          metrics.socketConnected(true);
          log.info({}, 'connected to Slack by Socket Mode');
          return;
        } catch (error) {
          down();
          const refused = refusalOfToken(error);
          refusal = refused?.message;
          if (refused !== undefined && !everConnected) onRefused(refused);
          log.warn({ err: error, failures: failures + 1 }, 'Slack refused the socket; trying again');
          // One that never said hello may say it late: two connections at once would answer on the wrong one.
          await hangUp();
          // Wall time: it is a real server that is spared.
          await clock.sleep(backoffMs(failures + 1, RETRY), stopping.signal);
        }
      }
    })().finally(() => {
      connecting = undefined;
    });
    return connecting;
  }

  return {
    receiver,
    start(told) {
      onRefused = told;
      return connect();
    },
    async stop() {
      stopping.abort();
      await hangUp();
      // A start that was under way opens its connection all the same: it is closed as well.
      if (connecting !== undefined) {
        await withTimeout(connecting, GOODBYE_TIMEOUT_MS).catch(() => {});
        await hangUp();
      }
      metrics.socketConnected(false);
    },
    health: () =>
      connected
        ? { ok: true, detail: 'connected by Socket Mode' }
        : {
            ok: false,
            detail:
              refusal ??
              (everConnected
                ? `not connected to Slack since ${new Date(downSince ?? clock.now()).toISOString()}`
                : 'not connected to Slack yet'),
          },
  };
}

function refusalOfToken(error: unknown): Error | undefined {
  if (!(error instanceof WebAPIPlatformError) || !TOKEN_REFUSED.has(error.data.error)) return undefined;
  return new Error(
    `Slack refused SLACK_APP_TOKEN (${error.data.error}). Make an app-level token with connections:write on the app’s “Basic Information” page.`,
  );
}

async function withTimeout<T>(work: Promise<T>, ms: number): Promise<T> {
  const timer = new AbortController();
  const late = new Promise<never>((_resolve, reject) => {
    const timeout = AbortSignal.timeout(ms);
    timeout.addEventListener('abort', () => reject(timeout.reason), { signal: timer.signal });
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}
