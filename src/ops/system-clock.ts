import type { Clock } from '../core/ports/clock.ts';

/** The wall clock. Timers do not hold the process open: whoever waits on purpose holds it by other means. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => sleepMs(ms, signal),
};

/** Sleeps wall-clock milliseconds; an abort ends the sleep early without an error. */
function sleepMs(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.max(0, ms));
    signal?.addEventListener('abort', end, { once: true });
  });
}
