import type { Messages } from '../../core/store/messages.ts';
import { untilAborted } from '../../core/time/abortable.ts';

/** Tells who waits for it when Slack shows what a message should say by now. */
export interface Shown {
  /** How many messages somebody waits for. */
  waiting(): number;
  /** The outbox has tried to bring a message up to date, and Slack took it or did not. */
  tried(id: string, isTaken: boolean): void;
  /**
   * Where the message stands once Slack has confirmed all that it should say as this is asked, or something newer.
   * Undefined where Slack did not take it, or not before the signal aborts.
   */
  place(id: string, signal: AbortSignal): Promise<{ channel: string; ts: string } | undefined>;
}

/** `pause`: where another process may send, until it is time to look what the store says. */
export function createShown(
  messages: Pick<Messages, 'get'>,
  pause?: (signal: AbortSignal) => Promise<void>,
): Shown {
  const waiting = new Map<string, Set<(isTaken: boolean) => void>>();

  /** Whether the next try was taken; false once the signal aborts, and nothing is left of the wait. */
  async function nextTry(id: string, signal: AbortSignal): Promise<boolean> {
    const next = Promise.withResolvers<boolean>();
    const all = waiting.get(id) ?? new Set();
    waiting.set(id, all.add(next.resolve));
    try {
      return await untilAborted(next.promise, signal).catch(() => false);
    } finally {
      all.delete(next.resolve);
      if (all.size === 0) waiting.delete(id);
    }
  }

  return {
    waiting: () => waiting.size,
    tried(id, isTaken) {
      for (const resolve of waiting.get(id) ?? []) resolve(isTaken);
    },
    async place(id, signal) {
      const wanted = (await messages.get(id))?.version;
      if (wanted === undefined) return undefined;
      for (;;) {
        // Before the look: what is sent between the two would be missed.
        const enough = new AbortController();
        const next = nextTry(id, AbortSignal.any([signal, enough.signal]));
        const message = await messages.get(id);
        const isThere = message?.ts !== undefined && message.sentVersion >= wanted;
        if (message?.ts === undefined || isThere) enough.abort(null);
        if (message?.ts === undefined) return undefined;
        if (isThere) return { channel: message.channel, ts: message.ts };
        if (pause === undefined) {
          if (!(await next)) return undefined;
          continue;
        }
        const isTaken = await Promise.race([next, pause(AbortSignal.any([signal, enough.signal]))]);
        enough.abort(null);
        if (isTaken === false || signal.aborted) return undefined;
      }
    },
  };
}
