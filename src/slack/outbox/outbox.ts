import type { WebClient } from '@slack/web-api';
import { approvalMessageId } from '../../core/approval/approval.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Metrics } from '../../core/ports/metrics.ts';
import type { Notifier } from '../../core/ports/notifier.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { TakenOverError } from '../../core/store/fence.ts';
import type { MessageHead, Messages, OutboxMessage, UnsentMessage } from '../../core/store/messages.ts';
import type { Store } from '../../core/store/store.ts';
import type { Redact } from '../../core/text/redact.ts';
import { backoffMs } from '../../core/time/backoff.ts';
import { type CallResult, callSlack } from '../kit/slack-call.ts';
import { createDeliver } from './deliver.ts';
import { createShown, type Shown } from './delivery-wait.ts';
import { directIdOf, fallbackFor, isDirect, NOT_CONFIRMED } from './direct-fallback.ts';
import { firstPost } from './first-post.ts';
import { messageOf } from './message.ts';
import { createPace } from './rate-limits.ts';
import { createEmergency } from './store-down-notice.ts';
import type { Delivered } from './upload.ts';

const IDLE_MS = 30_000;
const RETRY = { firstMs: 2_000, longestMs: 60_000 };
/** A channel that refuses the bot is mended by people, so it is asked about seldom. */
const REFUSED_RETRY_MS = 60_000;
const STORE_RETRY_MS = 6_000;
/** So many messages keep Slack's pace busy for a minute: none of them is late for a wait below that pace. */
const CROWD = 50;
const CROWD_WAIT_MS = 300;
/** While another process sends, nobody tells this one what Slack took. */
const SHOWN_LOOK_MS = 250;

/** The message is gone or closed for edits: what it should say goes into a new one. */
const NOT_EDITABLE = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed']);
/** The message above a note is gone. */
const NO_THREAD = new Set(['thread_not_found', 'cannot_reply_to_message']);

export interface Outbox extends Notifier {
  start(): void;
  /** Ends after the call that is under way; what is unsent stays in the store. */
  stop(): Promise<void>;
  /** How long the oldest unsent content waits, for the health check. */
  oldestWaitMs(): Promise<number>;
  /** Where a message stands once Slack shows what it should say. */
  shownAt: Shown['place'];
  /** Another process has something new in it. */
  woken(): void;
}

/** What makes this process the only one that sends. */
export interface SendingDuty {
  /** Another one for each sender. */
  fence: number;
  /** Whether it is this process's still: asked before each call. */
  isHeld(): boolean;
  /** The store, as long as it is. */
  store: Store;
}

/**
 * Brings what the store wants to stand in Slack to stand there. A post whose answer was lost is never made again; an
 * edit may be, for it changes nothing the second time. So whatever has a state or buttons comes by edit, and stands there
 * once: what is left of a post that was not confirmed is only who asked for what.
 */
export function createOutbox(deps: {
  client: WebClient;
  store: Store;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  redact: Redact;
  /** Uploads files. */
  fetch: typeof fetch;
  /** The base of links to messages. */
  workspaceUrl: () => string;
  /** Where several processes share the store: whether this one sends. */
  duty?: (() => SendingDuty | undefined) | undefined;
  /** Tells the other processes that there is something new. */
  tellOthers?: (() => void) | undefined;
  /** How often the store is asked while nothing is known to wait; default: twice a minute. */
  lookEveryMs?: number;
}): Outbox {
  const { client, clock, log, metrics } = deps;
  const alone: SendingDuty = { fence: 0, isHeld: () => true, store: deps.store };
  const { duty = () => alone } = deps;
  /** The store as this process may write it at the moment. */
  let { store } = deps;
  const pace = createPace();
  const deliver = createDeliver(deps);
  const emergency = createEmergency(deps);
  const shown = createShown(
    deps.store.messages,
    deps.duty === undefined ? undefined : (signal) => clock.sleep(SHOWN_LOOK_MS, signal),
  );
  const held = new Map<string, { until: number; tries: number; final: boolean }>();
  let wakeUp = new AbortController();
  const stopped = new AbortController();
  let stopping = false;
  let loop: Promise<void> = Promise.resolve();

  /** The earliest time a message may be sent, or undefined when nothing can be done about it now. */
  function dueAt({ parent, ...message }: UnsentMessage): number | undefined {
    const before = held.get(message.id);
    // The last word does not wait for the hold of what came before it.
    const retry = before?.final === message.final ? before.until : 0;
    if (message.state === 'sending') return undefined;
    if (message.state === 'unknown') return retry;
    if (message.state === 'sent') return Math.max(retry, pace.editAt(message.id, message.final));
    if (message.threadOf !== undefined && !isReady(parent)) return undefined;
    return Math.max(retry, pace.postAt(message.channel));
  }

  /**
   * Whether the thread under it can be written in. One that has a ts and is not `sent` is about to be replaced, and a
   * result is tried before the note that calls somebody to look at it.
   */
  function isReady(parent: MessageHead | undefined): boolean {
    // Given up, it has no thread: what follows it stands by itself.
    if (parent?.state === 'dropped') return true;
    if (parent?.ts === undefined || parent.state !== 'sent') return false;
    return !parent.final || parent.sentVersion === parent.version || held.get(parent.id)?.final === true;
  }

  /** What was given up, or sent by another way, holds nothing any more. */
  function forget(unsent: readonly UnsentMessage[]): void {
    if (held.size === 0) return;
    const waiting = new Set(unsent.map(({ id }) => id));
    for (const id of held.keys()) if (!waiting.has(id)) held.delete(id);
  }

  async function next(): Promise<UnsentMessage | { waitMs: number; waiting: number }> {
    const unsent = await store.messages.unsent();
    metrics.outboxPending(unsent.length);
    forget(unsent);
    let waitMs = deps.lookEveryMs ?? IDLE_MS;
    for (const message of unsent) {
      const due = dueAt(message);
      if (due === undefined) continue;
      if (due <= clock.now()) return message;
      waitMs = Math.min(waitMs, due - clock.now());
    }
    return { waitMs, waiting: unsent.length };
  }

  async function send({ id, parent }: UnsentMessage, isHeld: () => boolean): Promise<void> {
    const message = await store.messages.get(id);
    if (message === undefined) return;
    if (message.state === 'unknown') return resolveUnknown(message);
    const isPost = message.ts === undefined;
    const method = isPost ? 'chat.postMessage' : 'chat.update';
    if (isPost && !(await store.messages.claim(message.id))) return;
    const isFirst = isPost && comesByEdit(message);
    // This process may have stood still since: the next sender takes what was claimed for lost.
    if (!isHeld()) return;
    const result = await deliver(
      message,
      parent,
      (richness) =>
        (isFirst ? firstPost(message.view, richness) : undefined) ??
        messageOf(message.view, richness, deps.workspaceUrl()),
    );
    metrics.slackCalled(method, labelOf(result));
    if (isPost) pace.posted(message.channel, clock.now());
    else pace.edited(message.id, clock.now());

    if (result.kind === 'ok') {
      held.delete(message.id);
      await noted(() => sent(message, result.value.ts, isFirst ? 0 : message.version)).catch(
        async (error) => {
          // Another sender may have edited it before this late edit arrived, and is to do so again.
          if (error instanceof TakenOverError && !isPost)
            await noted(() => deps.store.messages.doubtShown(id));
          throw error;
        },
      );
      if (result.value.isAstray && parent !== undefined)
        await noted(async () => void (await putUpAgain(parent)));
      return shown.tried(id, true);
    }
    shown.tried(id, false);
    log.warn({ message: message.id, method, result }, 'Slack did not take a message');
    if (result.kind === 'limited') pace.pause(method, clock.now() + result.afterMs);
    else hold(message, result.kind === 'refused' ? REFUSED_RETRY_MS : undefined);
    return isPost ? notPosted(message, parent, result) : notEdited(message, result);
  }

  /** A run that was approved is linked from its request as soon as it stands in Slack. */
  function sent(message: OutboxMessage, ts: string, version: number): Promise<void> {
    const { view, channel } = message;
    if (view.kind !== 'run' || message.ts !== undefined || isDirect(message.id))
      return store.messages.setSent(message.id, ts, version);
    return store.transaction(async ({ messages }) => {
      await messages.setSent(message.id, ts, version);
      const request = await messages.get(approvalMessageId(view.run.runId));
      if (request?.view.kind !== 'approval') return;
      await messages.put({ ...request, view: { ...request.view, run: { channel, ts } } }, clock.now());
    });
  }

  async function notPosted(
    message: OutboxMessage,
    parent: MessageHead | undefined,
    result: CallResult<Delivered>,
  ): Promise<void> {
    if (result.kind !== 'refused') {
      const state = result.kind === 'unknown' ? 'unknown' : 'new';
      return noted(() => store.messages.setState(message.id, state));
    }
    const isThreadGone = NO_THREAD.has(result.code);
    // The note then follows into the new message's thread; where that is refused as well, it is told to its person.
    if (
      isThreadGone &&
      parent !== undefined &&
      held.get(message.id)?.tries === 1 &&
      (await putUpAgain(parent))
    )
      return noted(() => store.messages.setState(message.id, 'new'));
    await noted(() => fallBack(message, result.code));
    await noted(() => store.messages.setState(message.id, isThreadGone ? 'dropped' : 'new'));
  }

  async function notEdited(message: OutboxMessage, result: CallResult<Delivered>): Promise<void> {
    if (result.kind !== 'refused') return;
    if (NOT_EDITABLE.has(result.code)) {
      await noted(() => store.messages.setState(message.id, 'unknown'));
      return resolveUnknown({ ...message, state: 'unknown' });
    }
    if (message.final) await noted(() => fallBack(message, result.code));
  }

  /** The answer to a post was lost. Once Slack answers again, its content goes where it cannot be doubled. */
  async function resolveUnknown(message: OutboxMessage): Promise<void> {
    const probe = await callSlack(() => client.auth.test());
    if (probe.kind !== 'ok') return hold(message);
    held.delete(message.id);
    // A direct message is there to be noticed: one that comes twice is better than none.
    if (comesByEdit(message) || isDirect(message.id)) return replace(message.id);
    await fallBack(message, NOT_CONFIRMED);
    await store.messages.setState(message.id, 'dropped');
  }

  /** What people can still act on gets another message in place of one that is gone, with its buttons; whether it did. */
  function putUpAgain({ id, ts }: MessageHead): Promise<boolean> {
    return store.transaction(async ({ messages }) => {
      const message = await messages.get(id);
      if (message === undefined || message.final || !comesByEdit(message)) return false;
      if (message.state === 'sent' && message.ts === ts) {
        await messages.setState(id, 'unknown');
        await replaceIn(messages, id);
      }
      return true;
    });
  }

  /** In one transaction: the run may change what it shows at the same moment. */
  function replace(id: string): Promise<void> {
    return store.transaction(({ messages }) => replaceIn(messages, id));
  }

  async function replaceIn(messages: Messages, id: string): Promise<void> {
    const message = await messages.get(id);
    if (message?.state !== 'unknown') return;
    const { view } = message;
    const again =
      view.kind === 'run'
        ? { ...view, run: { ...view.run, continued: true } }
        : view.kind === 'approval'
          ? { ...view, continued: true }
          : view;
    await messages.replace(id, again, clock.now());
  }

  /** What the channel did not take, and somebody waits for, is told to that person directly: once. */
  async function fallBack(message: OutboxMessage, code: string): Promise<void> {
    const direct = fallbackFor(message, code);
    if (direct === undefined) return;
    const told = [direct.id, ...(message.threadOf === undefined ? [] : [directIdOf(message.threadOf)])];
    for (const id of told) if ((await store.messages.get(id)) !== undefined) return;
    await store.messages.put(direct, clock.now());
  }

  /** What Slack has done must be written down, or the message would be stuck: waits for a store that fails. */
  async function noted(write: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        const heals = error instanceof ProblemError && error.problem.code === 'store-unavailable';
        if (stopping || !heals) throw error;
        log.error({ err: error }, 'what Slack did cannot be written down; trying again');
        await clock.sleep(STORE_RETRY_MS, wakeUp.signal);
      }
    }
  }

  function hold({ id, final }: OutboxMessage, fixedMs?: number): void {
    const tries = (held.get(id)?.tries ?? 0) + 1;
    const delay = fixedMs ?? backoffMs(tries, RETRY);
    held.set(id, { until: clock.now() + delay, tries, final });
  }

  async function run(): Promise<void> {
    let fence: number | undefined;
    while (!stopping) {
      const woken = wakeUp.signal;
      try {
        const mine = duty();
        if (mine === undefined) {
          metrics.outboxPending((await deps.store.messages.unsent()).length);
          await clock.sleep(deps.lookEveryMs ?? IDLE_MS, woken);
          continue;
        }
        store = mine.store;
        if (fence !== mine.fence) {
          await store.messages.forgetSender();
          held.clear();
        }
        fence = mine.fence;
        const found = await next();
        if ('id' in found) {
          await send(found, mine.isHeld);
          continue;
        }
        // Of a crowd each stage of each run wakes the outbox, and nothing would be sent sooner for looking at once.
        if (found.waiting > CROWD) await clock.sleep(Math.min(found.waitMs, CROWD_WAIT_MS), stopped.signal);
        await clock.sleep(found.waitMs, woken);
      } catch (error) {
        if (error instanceof TakenOverError) {
          log.warn({ err: error }, 'another process sends from now on');
          await clock.sleep(STORE_RETRY_MS, woken);
          continue;
        }
        log.error({ err: error }, 'the outbox could not go on; trying again');
        await clock.sleep(STORE_RETRY_MS, woken);
      }
    }
  }

  function woken(): void {
    // With a reason of our own: the standard one takes a stack trace, for each stage of each run.
    wakeUp.abort(null);
    wakeUp = new AbortController();
  }

  return {
    start() {
      loop = run();
    },
    async stop() {
      stopping = true;
      stopped.abort();
      wakeUp.abort();
      await loop;
      await emergency.idle();
    },
    wake() {
      woken();
      deps.tellOthers?.();
    },
    woken,
    async oldestWaitMs() {
      const unsent = await deps.store.messages.unsent();
      return unsent.length === 0 ? 0 : clock.now() - Math.min(...unsent.map((m) => m.updatedAt));
    },
    emergency: (channel, key, text) => emergency.say(channel, key, text),
    shownAt: shown.place,
  };
}

/** Whether it is posted with less than its content; a direct message is a notification, so it comes whole. */
function comesByEdit({ id, view }: OutboxMessage): boolean {
  return !isDirect(id) && firstPost(view) !== undefined;
}

function labelOf(result: CallResult<unknown>): string {
  if (result.kind === 'ok') return 'ok';
  return result.kind === 'limited' ? 'ratelimited' : result.code;
}
