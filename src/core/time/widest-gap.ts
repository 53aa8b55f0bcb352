import type { Schedule } from './schedule.ts';
import type { Slot } from './slots.ts';

/** Two slots of which none is between. */
export interface Gap {
  from: Slot;
  until: Slot;
}

/** Any fifteen months have each day of each month; these have a February with 29 days and one without, too. */
const FROM = Date.UTC(2027, 0, 1);
const UNTIL = Date.UTC(2028, 3, 1);
const LEAST_LEAP_MS = 30 * 60_000;

/**
 * The widest gap between slots of all these schedules together, where it is wider than `limitMs`; otherwise undefined.
 * It looks at fixed months, not at those to come, so that the answer does not depend on the day of the question.
 */
export function gapWiderThan(limitMs: number, schedules: readonly Schedule[]): Gap | undefined {
  const next = nextOf(schedules);
  let widest: Gap | undefined;
  let atMost = limitMs;
  let slot = next(FROM);
  while (slot < UNTIL) {
    // Whatever lies between two slots that are near enough is nearer still: so it leaps, and looks closer where it must.
    let leap = atMost / 2;
    let following = next(slot + leap);
    while (following - slot > atMost && leap > 0) {
      leap = leap > LEAST_LEAP_MS ? leap / 2 : 0;
      following = next(slot + leap);
    }
    if (following === Infinity) break;
    if (following - slot > atMost) {
      atMost = following - slot;
      widest = { from: slot, until: following };
    }
    slot = following;
  }
  return widest;
}

/** The first slot of any of them after a time; Infinity where there is none. */
function nextOf(schedules: readonly Schedule[]): (afterMs: number) => number {
  const nexts = schedules.map(({ next }) => {
    let asked = Infinity;
    let answer = -Infinity;
    return (afterMs: number) => {
      if (afterMs >= asked && afterMs < answer) return answer;
      asked = afterMs;
      answer = next(afterMs) ?? Infinity;
      return answer;
    };
  });
  return (afterMs) => Math.min(...nexts.map((one) => one(afterMs)));
}
