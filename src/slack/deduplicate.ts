import type { Clock } from '../core/ports/clock.ts';

/** Slack's replay window is five minutes; a little more covers clocks that differ. */
const REMEMBER_MS = 10 * 60_000;

/** True for the first payload with this key, false for its repetitions: a replayed click or command does nothing. */
export function createOnce(clock: Pick<Clock, 'now'>): (key: string) => boolean {
  const seen = new Map<string, number>();
  return (key) => {
    const now = clock.now();
    // Insertion order is age: forget from the front.
    for (const [old, at] of seen) {
      if (now - at < REMEMBER_MS) break;
      seen.delete(old);
    }
    if (seen.has(key)) return false;
    seen.set(key, now);
    return true;
  };
}
