import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import type { Deliveries } from '../core/store/deliveries.ts';

/** Slack's replay window is five minutes to either side; a little more covers clocks that differ. */
const REMEMBER_MS = 11 * 60_000;

/**
 * True for the first payload with this key, false for its repetitions, also those that reach the next process: a replayed
 * click or command does nothing. Where the store does not answer, this process still remembers: what changes something
 * needs the store as well, and people can look around without.
 */
export function createDeduplicate(deps: {
  deliveries: Deliveries;
  clock: Pick<Clock, 'now'>;
  log: Log;
}): (key: string) => Promise<boolean> {
  const { deliveries, clock, log } = deps;
  const seen = new Map<string, number>();
  return async (key) => {
    const now = clock.now();
    // Insertion order is age: forget from the front.
    for (const [old, at] of seen) {
      if (now - at < REMEMBER_MS) break;
      seen.delete(old);
    }
    if (seen.has(key)) return false;
    seen.set(key, now);
    try {
      return await deliveries.take(key, now);
    } catch (error) {
      log.warn(
        { err: error },
        'the store does not say whether a payload came before; this process remembers it',
      );
      return true;
    }
  };
}
