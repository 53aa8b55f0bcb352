import type { Clock } from '../../src/core/ports/clock.ts';

export interface JumpClock extends Clock {
  /** Something happens when the clock shows `at`. */
  plan(at: number, act: () => unknown): void;
  /** Resolves once everything planned has happened and `ms` more have passed. */
  passed(ms: number): Promise<void>;
}

/** Time passes only while somebody sleeps, and then at once: hours of an outbox take the time of its calls. */
export function jumpClock(startsAt = Date.UTC(2026, 8, 1, 9, 14)): JumpClock {
  let now = startsAt;
  const plans: { at: number; act: () => unknown }[] = [];
  let last = { at: Number.POSITIVE_INFINITY, reached: () => {} };

  return {
    now: () => now,
    async sleep(ms, signal) {
      const end = now + ms;
      while (!signal?.aborted) {
        await new Promise((resolve) => setImmediate(resolve));
        const [next] = plans;
        if (next !== undefined && next.at <= end) {
          plans.shift();
          now = Math.max(now, next.at);
          await next.act();
          continue;
        }
        now = Math.min(end, last.at);
        if (now < last.at) return;
        last.reached();
        // Nothing is to happen any more: time stands still until the sleeper is woken.
        await new Promise<void>((resolve) => {
          if (signal === undefined || signal.aborted) return resolve();
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
        return;
      }
    },
    plan(at, act) {
      plans.push({ at, act });
      plans.sort((a, b) => a.at - b.at);
    },
    passed: (ms) =>
      new Promise((reached) => {
        last = { at: (plans.at(-1)?.at ?? now) + ms, reached };
      }),
  };
}
