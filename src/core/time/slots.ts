import type { Schedule } from './schedule.ts';

/**
 * A slot is the time at which a backup is due, in ms: the cron's own time, not the moment at which anybody looked. The
 * same schedule gives the same slots in every process, so that a slot can be the key of its backup.
 */
export type Slot = number;

/** The next `count` slots after a time; fewer when the schedule ends. */
export function nextSlots(schedule: Schedule, afterMs: number, count: number): Slot[] {
  return slotsBetween(schedule, afterMs, Number.POSITIVE_INFINITY, count);
}

/** The slots after `afterMs` up to and with `untilMs`, oldest first, the oldest `most` of them. */
export function slotsBetween(schedule: Schedule, afterMs: number, untilMs: number, most: number): Slot[] {
  const slots: Slot[] = [];
  if (untilMs <= afterMs) return slots;
  let slot = schedule.next(afterMs);
  while (slot !== undefined && slot <= untilMs && slots.length < most) {
    slots.push(slot);
    slot = schedule.next(slot);
  }
  return slots;
}

const MINUTE_MS = 60_000;
/** The rarest cron, a fifth Friday in February, comes after 40 years at the latest. */
const LONGEST_MS = 64 * 366 * 24 * 60 * MINUTE_MS;

/** The newest slot at or before a time; undefined when there was none for decades. */
export function latestSlot(schedule: Schedule, atMs: number): Slot | undefined {
  let back = 30 * MINUTE_MS;
  while (!firesIn(schedule, atMs - back, atMs)) {
    if (back > LONGEST_MS) return undefined;
    back *= 2;
  }
  // Halve the span that holds it, down to a minute: slots are whole minutes, so then it is the only one.
  let from = atMs - back;
  let to = atMs;
  while (to - from > MINUTE_MS) {
    const middle = Math.floor((from + to) / 2);
    if (firesIn(schedule, middle, to)) from = middle;
    else to = middle;
  }
  return schedule.next(from);
}

function firesIn(schedule: Schedule, afterMs: number, untilMs: number): boolean {
  const slot = schedule.next(afterMs);
  return slot !== undefined && slot <= untilMs;
}
