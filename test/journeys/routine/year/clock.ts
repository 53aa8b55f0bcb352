import { setTimeout as wallSleep } from 'node:timers/promises';
import type { Clock } from '../../../../src/core/ports/clock.ts';
import type { Activity } from './activity.ts';

/** Turns of the event loop without change after which nothing will come of itself. */
const QUIET_TURNS = 12;
/** Wall time that something may be under way; far above what it needs, for a machine that is busy. */
const PATIENCE_MS = 60_000;

export interface LeapClock extends Clock {
  /** Time stands still until `act` has ended. */
  hold<T>(act: () => Promise<T>): Promise<T>;
  /** Resolves when the clock shows `at`; rejects when something never ended, naming it. */
  until(at: number): Promise<void>;
  /** Sleeps that are open. */
  sleeping(): number;
  /** How often it leapt. */
  leaps(): number;
  /** It leaps no more. */
  stop(): void;
}

interface Sleeper {
  at: number;
  order: number;
  wake: () => void;
}

/**
 * While anything is under way it stands still, and once everybody sleeps it shows the time at which the first of them
 * wakes. So a year takes the wall time of what happens in it, and two runs of it are the same.
 */
export function leapClock(startsAt: number, activity: Activity): LeapClock {
  const sleepers: Sleeper[] = [];
  let now = startsAt;
  let order = 0;
  let holds = 0;
  let leaps = 0;
  let driving = false;
  let stopped = false;
  let stuck: Error | undefined;
  let giveUp: (error: Error) => void = () => {};

  /** Waits until nothing is under way for some turns of the event loop. */
  async function quiet(): Promise<void> {
    const since = performance.now();
    for (let turns = 0; turns < QUIET_TURNS && !stopped; turns += 1) {
      const before = activity.changes() + order;
      await new Promise((resolve) => setImmediate(resolve));
      const busy = activity.underWay();
      if (holds > 0 || busy.length > 0) {
        if (holds === 0 && performance.now() - since > PATIENCE_MS)
          throw new Error(`at ${new Date(now).toISOString()} this never ended: ${busy.join(', ')}`);
        await wallSleep(1);
      }
      if (holds > 0 || busy.length > 0 || activity.changes() + order !== before) turns = -1;
    }
  }

  async function drive(): Promise<void> {
    driving = true;
    while (sleepers.length > 0 && !stopped) {
      await quiet();
      const next = sleepers.shift();
      if (next === undefined || stopped) continue;
      now = Math.max(now, next.at);
      leaps += 1;
      next.wake();
    }
    driving = false;
  }

  function add(sleeper: Sleeper): void {
    const place = sleepers.findIndex(({ at }) => at > sleeper.at);
    sleepers.splice(place < 0 ? sleepers.length : place, 0, sleeper);
    if (driving || stopped) return;
    drive().catch((error: unknown) => {
      stuck = error instanceof Error ? error : new Error(String(error));
      giveUp(stuck);
    });
  }

  const sleep: Clock['sleep'] = (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const sleeper: Sleeper = {
        at: now + Math.max(0, Math.ceil(ms)),
        order: ++order,
        wake() {
          signal?.removeEventListener('abort', aborted);
          resolve();
        },
      };
      function aborted(): void {
        order += 1;
        const place = sleepers.indexOf(sleeper);
        if (place >= 0) sleepers.splice(place, 1);
        resolve();
      }
      signal?.addEventListener('abort', aborted, { once: true });
      add(sleeper);
    });

  return {
    now: () => now,
    sleep,
    async hold(act) {
      holds += 1;
      try {
        return await act();
      } finally {
        holds -= 1;
      }
    },
    until: (at) =>
      new Promise((resolve, reject) => {
        if (stuck !== undefined) return reject(stuck);
        giveUp = reject;
        void sleep(at - now).then(resolve);
      }),
    sleeping: () => sleepers.length,
    leaps: () => leaps,
    stop() {
      stopped = true;
    },
  };
}
