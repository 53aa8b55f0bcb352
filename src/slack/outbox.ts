import type { WebClient } from '@slack/web-api';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Metrics } from '../core/metrics.ts';
import type { Notifier } from '../core/notifier.ts';
import type { Redact } from '../core/redact.ts';
import type { OutboxMessage, Store } from '../core/store.ts';
import { cut, escapeMrkdwn } from '../core/text.ts';
import { LIMITS } from './blocks.ts';
import { type CallResult, callSlack } from './calls.ts';
import { fallbackFor } from './fallback.ts';
import { createPace } from './pace.ts';
import { messageOf } from './views/message.ts';
import type { Richness } from './views/rendered.ts';

const IDLE_MS = 30_000;
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 60_000;
/** A channel that refuses the bot is mended by people, so it is asked about seldom. */
const REFUSED_RETRY_MS = 60_000;
const EMERGENCY_EVERY_MS = 10 * 60_000;

/** Slack takes less than the bot sent: say it more simply. */
const TOO_RICH = new Set(['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long', 'msg_too_long']);
/** The message is gone or closed for edits: what it should say goes into a new one. */
const NOT_EDITABLE = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed']);

export interface Outbox extends Notifier {
  start(): void;
  /** Ends after the call that is under way; what is unsent stays in the store. */
  stop(): Promise<void>;
  /** How long the oldest unsent content waits, for the health check. */
  oldestWaitMs(): Promise<number>;
}

/**
 * Brings what the store wants to stand in Slack to stand there. A post whose answer was lost is never made again; an
 * edit may be, for it changes nothing the second time. So a run's result always travels by edit or by its first post.
 */
export function createOutbox(deps: {
  client: WebClient;
  store: Store;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  redact: Redact;
}): Outbox {
  const { client, store, clock, log, metrics, redact } = deps;
  const pace = createPace();
  const retryAt = new Map<string, { at: number; tries: number }>();
  const saidAt = new Map<string, number>();
  let richness: Exclude<Richness, 'text'> = 'full';
  let wakeUp = new AbortController();
  let idle = Promise.resolve();
  let stopping = false;
  let loop: Promise<void> = Promise.resolve();

  /** The earliest time a message may be sent, or undefined when nothing can be done about it now. */
  function dueAt(message: OutboxMessage, parent: OutboxMessage | undefined): number | undefined {
    const retry = retryAt.get(message.id)?.at ?? 0;
    if (message.state === 'sending') return undefined;
    if (message.state === 'unknown') return retry;
    if (message.state === 'sent') return Math.max(retry, pace.editAt(message.id, message.final));
    if (message.threadOf !== undefined && parent?.ts === undefined) return undefined;
    return Math.max(retry, pace.postAt(message.channel));
  }

  async function next(): Promise<{ message: OutboxMessage; parent?: OutboxMessage } | { waitMs: number }> {
    const unsent = await store.messages.unsent();
    metrics.outboxPending(unsent.length);
    let waitMs = IDLE_MS;
    for (const message of unsent) {
      const parent = message.threadOf === undefined ? undefined : await store.messages.get(message.threadOf);
      const due = dueAt(message, parent);
      if (due === undefined) continue;
      if (due <= clock.now()) return { message, ...(parent === undefined ? {} : { parent }) };
      waitMs = Math.min(waitMs, due - clock.now());
    }
    return { waitMs };
  }

  async function send(message: OutboxMessage, parent: OutboxMessage | undefined): Promise<void> {
    if (message.state === 'unknown') return resolveUnknown(message);
    const method = message.ts === undefined ? 'chat.postMessage' : 'chat.update';
    if (method === 'chat.postMessage' && !(await store.messages.claim(message.id))) return;
    const result = await deliver(message, parent);
    metrics.slackCalled(
      method,
      result.kind === 'ok' ? 'ok' : result.kind === 'limited' ? 'ratelimited' : result.code,
    );
    if (method === 'chat.postMessage') pace.posted(message.channel, clock.now());
    else pace.edited(message.id, clock.now());

    if (result.kind === 'ok') {
      retryAt.delete(message.id);
      await store.messages.setSent(message.id, result.value, message.version);
      return;
    }
    log.warn({ message: message.id, method, result }, 'Slack did not take a message');
    if (result.kind === 'limited') {
      pace.pause(method, clock.now() + result.afterMs);
    } else if (result.kind === 'refused' && NOT_EDITABLE.has(result.code) && method === 'chat.update') {
      await store.messages.setState(message.id, 'unknown');
      return resolveUnknown({ ...message, state: 'unknown' });
    } else {
      later(message.id, result.kind === 'refused' ? REFUSED_RETRY_MS : undefined);
    }
    if (method === 'chat.update') return;
    await store.messages.setState(message.id, result.kind === 'unknown' ? 'unknown' : 'new');
    if (result.kind === 'refused') await fallBack(message, result.code);
  }

  async function deliver(
    message: OutboxMessage,
    parent: OutboxMessage | undefined,
  ): Promise<CallResult<string>> {
    for (const rich of richness === 'full'
      ? (['full', 'plain', 'text'] as const)
      : (['plain', 'text'] as const)) {
      const { text, blocks } = messageOf(message.view, rich);
      const content = { channel: message.channel, text: cut(text, LIMITS.topText), blocks };
      const result = await callSlack(async () => {
        if (message.ts !== undefined) {
          await client.chat.update({ ...content, ts: message.ts });
          return message.ts;
        }
        const thread =
          parent?.ts === undefined ? {} : { thread_ts: parent.ts, reply_broadcast: message.broadcast };
        const posted = await client.chat.postMessage({
          ...content,
          ...thread,
          unfurl_links: false,
          unfurl_media: false,
        });
        return posted.ts ?? '';
      });
      if (result.kind !== 'refused' || !TOO_RICH.has(result.code)) return result;
      log.warn(
        { message: message.id, richness: rich, details: result.details },
        'Slack refused the blocks; saying it more simply',
      );
      if (rich === 'full' && result.code.startsWith('invalid_blocks')) richness = 'plain';
      if (rich === 'text') return result;
    }
    return { kind: 'refused', code: 'invalid_blocks', details: [] };
  }

  /** The answer to a post was lost. Once Slack answers again, its content goes where it cannot be doubled. */
  async function resolveUnknown(message: OutboxMessage): Promise<void> {
    const probe = await callSlack(() => client.auth.test());
    if (probe.kind !== 'ok') return later(message.id);
    retryAt.delete(message.id);
    if (message.view.kind === 'run') {
      const view = { kind: 'run', run: { ...message.view.run, continued: true } } as const;
      return store.messages.replace(message.id, view, clock.now());
    }
    await fallBack(message, 'not confirmed');
    await store.messages.setState(message.id, 'dropped');
  }

  /** What the channel did not take, and somebody waits for, is told to that person directly. */
  async function fallBack(message: OutboxMessage, code: string): Promise<void> {
    const direct = fallbackFor(message, code);
    if (direct === undefined || (await store.messages.get(direct.id)) !== undefined) return;
    await store.messages.put(direct, clock.now());
  }

  function later(id: string, fixedMs?: number): void {
    const tries = (retryAt.get(id)?.tries ?? 0) + 1;
    const delay = fixedMs ?? Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (tries - 1));
    retryAt.set(id, { at: clock.now() + delay, tries });
  }

  async function run(): Promise<void> {
    while (!stopping) {
      const woken = wakeUp.signal;
      try {
        const found = await next();
        if ('message' in found) await send(found.message, found.parent);
        else await clock.sleep(found.waitMs, woken);
      } catch (error) {
        log.error({ err: error }, 'the outbox could not go on; trying again');
        await clock.sleep(LONGEST_RETRY_MS / 10, woken);
      }
    }
  }

  return {
    start() {
      loop = run();
    },
    async stop() {
      stopping = true;
      wakeUp.abort();
      await loop;
      await idle;
    },
    wake() {
      wakeUp.abort();
      wakeUp = new AbortController();
    },
    async oldestWaitMs() {
      const unsent = await store.messages.unsent();
      return unsent.length === 0 ? 0 : clock.now() - Math.min(...unsent.map((m) => m.updatedAt));
    },
    emergency(channel, key, text) {
      const last = saidAt.get(key);
      if (last !== undefined && clock.now() - last < EMERGENCY_EVERY_MS) return;
      saidAt.set(key, clock.now());
      idle = callSlack(() =>
        client.chat.postMessage({ channel, text: cut(escapeMrkdwn(redact(text)), LIMITS.topText) }),
      ).then((result) => {
        if (result.kind !== 'ok') log.error({ result }, 'the emergency message did not reach Slack');
      });
    },
  };
}
