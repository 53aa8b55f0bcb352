import type { Clock } from '../src/core/ports/clock.ts';

/** The wall's ms since epoch; it never goes back within a process, and two processes of a machine agree about it. */
const wall = () => performance.timeOrigin + performance.now();

/**
 * A clock that runs `speed` times as fast as the wall and showed `startsAt` (ms since epoch; default: now) when the
 * wall showed `origin` (default: now). Processes that are given the same three numbers share one time.
 */
export function scaledClock(speed: number, startsAt: number = Date.now(), origin: number = wall()): Clock {
  return {
    now: () => Math.round(startsAt + (wall() - origin) * speed),
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
