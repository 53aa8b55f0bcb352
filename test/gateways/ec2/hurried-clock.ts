import type { Clock } from '../../../src/core/ports/clock.ts';

/** A clock on which every sleep ends at once, its time having passed; `slept` tells how long each was. */
export function hurriedClock(): Clock & { slept: number[] } {
  let now = 0;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    async sleep(ms, signal) {
      slept.push(ms);
      if (!signal?.aborted) now += ms;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
