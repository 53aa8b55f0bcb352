import { parseSchedule, type Schedule } from './schedule.ts';
import { latestSlot, type Slot } from './slots.ts';
import { createTimeZone } from './time-zone.ts';

/** Monday at nine. */
const CRON = '0 9 * * 1';
const WEEK_MS = 7 * 24 * 3_600_000;

/** When a target's week is told, by its own time zone (a name of the IANA list). */
export function weekly(timezone: string): Schedule {
  const reading = parseSchedule({ cron: CRON, timezone });
  if (!reading.ok) throw new Error(reading.problem);
  return reading.schedule;
}

/**
 * The two slots before this one, and this one. By the cron and not by 168 hours: with daylight saving a week has an hour
 * more or less, and nothing may fall between two weeks.
 */
export function weeksUpTo(until: Slot, schedule: Schedule): { before: Slot; from: Slot; until: Slot } {
  const weekBefore = (slot: Slot) => latestSlot(schedule, slot - 1) ?? slot - WEEK_MS;
  const from = weekBefore(until);
  return { before: weekBefore(from), from, until };
}

/** `2026-10-05`, the Monday of a slot: the same in every zone, so that a target that changes its zone has one a week. */
export function mondayOf(slot: Slot, { timezone }: Schedule): string {
  return new Date(createTimeZone(timezone).wallMs(slot)).toISOString().slice(0, 10);
}
