import type { Clock } from '../../src/core/ports/clock.ts';
import { systemClock } from '../../src/ops/system-clock.ts';

/** A clock that stands still until it is set. */
export function handClock(startMs: number): Clock & { set(ms: number): void } {
  let now = startMs;
  const sleepers = new Set<{ until: number; wake: () => void }>();
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const sleeper = {
          until: now + ms,
          wake: () => {
            sleepers.delete(sleeper);
            resolve();
          },
        };
        sleepers.add(sleeper);
        if (signal?.aborted) sleeper.wake();
        else signal?.addEventListener('abort', sleeper.wake, { once: true });
      }),
    /** A sleep lasts as long as the wall says, so a clock that is set back wakes its sleepers no later than it would have. */
    set(ms) {
      now = ms;
      for (const sleeper of sleepers) sleeper.wake();
    },
  };
}

/** Shows a fifth of a second before `ms`, and runs with the wall from its first sleep on, however long that took to come. */
export function clockShortlyBefore(ms: number): Clock {
  let startedAt: number | undefined;
  return {
    now: () => ms - 200 + (startedAt === undefined ? 0 : Date.now() - startedAt),
    sleep: (forMs, signal) => {
      startedAt ??= Date.now();
      return systemClock.sleep(forMs, signal);
    },
  };
}
