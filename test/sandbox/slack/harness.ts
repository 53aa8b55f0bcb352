import { App, SocketModeReceiver } from '@slack/bolt';
import { LogLevel, WebClient, type WebClientOptions } from '@slack/web-api';
import type { SlackServer, SlackServerOptions } from '../../../sandbox/slack/model.ts';
import { createSlackServer } from '../../../sandbox/slack/server.ts';
import { inventedWorkspace } from '../../../sandbox/slack/workspace.ts';
import type { Clock } from '../../../src/core/ports/clock.ts';

export const botToken = 'xoxb-sandbox';
export const appToken = 'xapp-sandbox';
export const ana = 'U0ANAMARIC';
export const ben = 'U0BENOKORO';
export const bot = 'U0BACKUPBOT';
export const backups = 'C0CIBACKUPS';
export const general = 'C0GENERAL00';

/** A clock that stands still until it is moved. */
export interface HandClock extends Clock {
  advance(ms: number): void;
}

export function handClock(startsAt = Date.UTC(2026, 8, 1, 9, 14)): HandClock {
  let now = startsAt;
  return {
    now: () => now,
    sleep: () => Promise.resolve(),
    advance: (ms) => {
      now += ms;
    },
  };
}

const closers: (() => Promise<unknown>)[] = [];

/** Closes what the test opened, the last first. For afterEach. */
export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}

export function closeLater(close: () => Promise<unknown>): void {
  closers.push(close);
}

export async function startSlack(options: Partial<SlackServerOptions> = {}): Promise<SlackServer> {
  const slack = await createSlackServer({
    workspace: inventedWorkspace(),
    botToken,
    delivery: { kind: 'socket', appToken },
    clock: handClock(),
    ...options,
  });
  closeLater(() => slack.close());
  return slack;
}

const ignore = () => undefined;
export const silentLogger = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  setLevel: ignore,
  getLevel: () => LogLevel.ERROR,
  setName: ignore,
};

/** A WebClient that tries once. */
export function webClient(
  slack: SlackServer,
  options: WebClientOptions & { token?: string } = {},
): WebClient {
  const { token = botToken, ...rest } = options;
  return new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    logger: silentLogger,
    ...rest,
  });
}

/** A real Bolt app over Socket Mode. */
export async function startBot(slack: SlackServer, configure: (app: App) => void): Promise<App> {
  const clientOptions = { slackApiUrl: slack.apiUrl, logger: silentLogger };
  const receiver = new SocketModeReceiver({
    appToken,
    clientPingTimeout: 60_000,
    logger: silentLogger,
    installerOptions: { clientOptions: { ...clientOptions } },
  });
  const app = new App({ token: botToken, receiver, clientOptions, logger: silentLogger });
  configure(app);
  await app.start();
  closeLater(() => app.stop());
  return app;
}

/** Resolves when the condition holds after a visible change (or at once). */
export function seen(slack: SlackServer, condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (condition()) return resolve();
    const stop = slack.onChange(() => {
      if (!condition()) return;
      stop();
      resolve();
    });
  });
}

/** Resolves when the condition holds; for what the server tells nobody of. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Slack's error code of a refused call, with the messages that say where. */
export async function refusal(call: Promise<unknown>): Promise<{ error: string; messages: string[] }> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error && 'data' in error) return readData(error.data);
    throw error;
  }
  throw new Error('the call was not refused');
}

function readData(data: unknown): { error: string; messages: string[] } {
  const { error, response_metadata: more } = data as {
    error: string;
    response_metadata?: { messages?: string[] };
  };
  return { error, messages: more?.messages ?? [] };
}

export const plain = (text: string) => ({ type: 'plain_text' as const, text });
export const button = (actionId: string, text = 'Go', value = 'v1') => ({
  type: 'button' as const,
  action_id: actionId,
  text: plain(text),
  value,
});

/** The first of a list that must not be empty. */
export function first<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined) throw new Error('the list is empty');
  return item;
}

export function last<T>(items: readonly T[]): T {
  return first(items.slice(-1));
}
