import type { Clock } from '../../src/core/ports/clock.ts';

export interface SkipClock extends Clock {
  /** Shows `ms` from now on and goes on from there; who sleeps past it is woken as if the time had gone by. */
  skipTo(ms: number): void;
}

/** A clock that runs `speed` times as fast as the wall from `startsAt` on, and can leave out a time in which nothing happens. */
export function skipClock(speed: number, startsAt: number): SkipClock {
  const sleepers = new Set<() => void>();
  let shown = startsAt;
  let since = performance.now();
  const now = () => Math.round(shown + (performance.now() - since) * speed);

  return {
    now,
    sleep(ms, signal) {
      const until = now() + Math.max(0, ms);
      return new Promise((resolve) => {
        let timer = setTimeout(end, Math.max(0, (until - now()) / speed));
        function end(): void {
          clearTimeout(timer);
          sleepers.delete(again);
          signal?.removeEventListener('abort', end);
          resolve();
        }
        function again(): void {
          clearTimeout(timer);
          timer = setTimeout(end, Math.max(0, (until - now()) / speed));
        }
        sleepers.add(again);
        if (signal?.aborted) end();
        else signal?.addEventListener('abort', end, { once: true });
      });
    },
    skipTo(ms) {
      shown = ms;
      since = performance.now();
      for (const again of [...sleepers]) again();
    },
  };
}
