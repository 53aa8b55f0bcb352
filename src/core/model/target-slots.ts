import { nextSlots, type Slot } from '../time/slots.ts';
import type { Target } from './target.ts';

/** A slot and the schedule whose it is. */
export interface TargetSlot {
  schedule: string;
  at: Slot;
}

/** The next `count` slots of all schedules of a target after a time, the earliest first. */
export function nextOfTarget(
  { schedules }: Pick<Target, 'schedules'>,
  afterMs: number,
  count: number,
): TargetSlot[] {
  return schedules
    .flatMap(({ name, schedule }) =>
      nextSlots(schedule, afterMs, count).map((at) => ({ schedule: name, at })),
    )
    .sort((a, b) => a.at - b.at)
    .slice(0, count);
}
