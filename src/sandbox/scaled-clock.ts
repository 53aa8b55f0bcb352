import type { Clock } from '../core/clock.ts';

/** A clock that runs `speed` times as fast as the wall, starting at `startsAt` (ms since epoch; default: now). */
export function scaledClock(speed: number, startsAt: number = Date.now()): Clock {
  const started = performance.now();
  return {
    now: () => Math.round(startsAt + (performance.now() - started) * speed),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const end = () => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', end);
          resolve();
        };
        const timer = setTimeout(end, Math.max(0, ms / speed));
        signal?.addEventListener('abort', end, { once: true });
      }),
  };
}
