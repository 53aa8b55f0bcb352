import { createTimeZone, type TimeZone } from './time-zone.ts';

const DAY_MS = 24 * 3_600_000;

/**
 * The first moment at which a clock on the wall shows a time or a later one. `wall` is the wall time as the ms of a UTC
 * time that shows the same date and hour. A time in a skipped hour gives the end of the gap, a time in a repeated hour
 * the first of the two.
 */
export function firstMomentOf(wall: number, zone: TimeZone): number {
  const offsets = [wall - DAY_MS, wall + DAY_MS].map((ms) => zone.wallMs(ms) - ms);
  let early = wall - Math.max(...offsets);
  let late = wall - Math.min(...offsets);
  if (zone.wallMs(early) === wall) return early;
  if (zone.wallMs(late) === wall) return late;
  // In a gap, which lies between the two. Changes happen at whole seconds.
  while (late - early > 1_000) {
    const middle = early + Math.floor((late - early) / 2_000) * 1_000;
    if (zone.wallMs(middle) < wall) early = middle;
    else late = middle;
  }
  return late;
}

/** A local date (`2026-10-01`) and time (`08:00`) in ms; undefined for one that no calendar has. */
export function localTimeMs(date: string, time: string, timezone: string): number | undefined {
  const wall = new Date(`${date}T${time}Z`);
  // Date takes 31 September for 1 October.
  if (Number.isNaN(wall.getTime()) || !wall.toISOString().startsWith(`${date}T${time}`)) return undefined;
  return firstMomentOf(wall.getTime(), createTimeZone(timezone));
}
