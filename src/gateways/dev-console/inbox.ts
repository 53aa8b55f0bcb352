import type { Clock } from '../../core/ports/clock.ts';
import { untilAborted } from '../../core/time/abortable.ts';

/** What a terminal prints, taken piece by piece. */
export interface Inbox {
  /**
   * The next piece, or undefined when none came within `ms`. Rejects when there will never be one again: with the
   * terminal's own error, with `ended`'s, or with the signal's reason. One at a time.
   */
  next(ms: number): Promise<string | undefined>;
}

export function createInbox(
  output: AsyncIterable<string>,
  deps: { clock: Clock; signal: AbortSignal; ended: () => Error },
): Inbox {
  const { clock, signal, ended } = deps;
  const pieces = output[Symbol.asyncIterator]();
  let coming: Promise<IteratorResult<string>> | undefined;

  return {
    async next(ms) {
      signal.throwIfAborted();
      coming ??= pieces.next();
      const waiting = new AbortController();
      const late = clock.sleep(ms, waiting.signal).then(() => undefined);
      try {
        const piece = await untilAborted(Promise.race([coming, late]), signal);
        if (piece === undefined) return undefined;
        coming = undefined;
        if (piece.done === true) throw ended();
        return piece.value;
      } finally {
        waiting.abort();
      }
    },
  };
}
