import { untilAborted } from '../../../sandbox/machine/access/session.ts';
import type { Clock } from '../../../src/core/ports/clock.ts';

/** A clock that jumps over every sleep: time passes, and nobody waits for it. */
export interface JumpingClock extends Clock {
  advance(ms: number): void;
}

export function jumpingClock(startsAt = Date.UTC(2026, 10, 23, 3)): JumpingClock {
  let now = startsAt;
  return {
    now: () => now,
    advance(ms) {
      now += ms;
    },
    async sleep(ms, signal) {
      if (!Number.isFinite(ms)) return untilAborted(signal ?? new AbortController().signal);
      await new Promise((resolve) => setImmediate(resolve));
      if (signal?.aborted !== true) now += ms;
    },
  };
}
