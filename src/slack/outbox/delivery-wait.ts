import type { Messages } from '../../core/store/messages.ts';
import { untilAborted } from '../../core/time/abortable.ts';

/** Tells who waits for it when Slack shows what a message should say by now. */
export interface Shown {
  /** The outbox has tried to bring a message up to date, and Slack took it or did not. */
  tried(id: string, isTaken: boolean): void;
  /**
   * Where the message stands once Slack has confirmed all that it should say as this is asked, or something newer.
   * Undefined where Slack did not take it, or not before the signal aborts.
   */
  place(id: string, signal: AbortSignal): Promise<{ channel: string; ts: string } | undefined>;
}

export function createShown(messages: Pick<Messages, 'get'>): Shown {
  const tries = new Map<string, PromiseWithResolvers<boolean>>();

  function nextTry(id: string): Promise<boolean> {
    const known = tries.get(id) ?? Promise.withResolvers<boolean>();
    tries.set(id, known);
    return known.promise;
  }

  return {
    tried(id, isTaken) {
      tries.get(id)?.resolve(isTaken);
      tries.delete(id);
    },
    async place(id, signal) {
      const wanted = (await messages.get(id))?.version;
      if (wanted === undefined) return undefined;
      for (;;) {
        // Before the look: what is sent between the two would be missed.
        const next = nextTry(id);
        const message = await messages.get(id);
        if (message?.ts === undefined) return undefined;
        if (message.sentVersion >= wanted) return { channel: message.channel, ts: message.ts };
        const isTaken = await untilAborted(next, signal).catch(() => false);
        if (!isTaken) return undefined;
      }
    },
  };
}
