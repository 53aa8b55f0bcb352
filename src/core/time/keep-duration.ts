import { counted, listInWords } from '../text/words.ts';

const HOUR_MS = 3_600_000;

/** A length of time on the calendar, as in restic's `--keep-within`: a month is as long as that month is. */
export interface KeepDuration {
  years: number;
  months: number;
  days: number;
  hours: number;
}

const UNITS = { y: 'years', m: 'months', d: 'days', h: 'hours' } as const;

/** `1y2m3d4h`: years, months, days and hours in any order, each once; undefined for anything else. */
export function parseKeepDuration(text: string): KeepDuration | undefined {
  if (!/^(\d{1,5}[ymdh]){1,4}$/.test(text)) return undefined;
  const duration: KeepDuration = { years: 0, months: 0, days: 0, hours: 0 };
  const seen = new Set<string>();
  for (const [, digits, unit = ''] of text.matchAll(/(\d{1,5})([ymdh])/g)) {
    if (seen.has(unit)) return undefined;
    seen.add(unit);
    duration[UNITS[unit as keyof typeof UNITS]] = Number(digits);
  }
  return duration;
}

export function isZero(duration: KeepDuration): boolean {
  return !(duration.years > 0 || duration.months > 0 || duration.days > 0 || duration.hours > 0);
}

/**
 * The time that lies this long before another one, on the calendar of UTC: a day is 24 hours.
 *
 * A day that its month does not have counts as that month's end: a month before 31 March is the end of February, which
 * keeps up to three days more than restic, whose 3 March would lie after 1 March, a month before 1 April. Nothing that was
 * outside may come back inside when the newest backup is a newer one.
 */
export function timeBefore(ms: number, duration: KeepDuration): number {
  const from = new Date(ms);
  const monthIndex = from.getUTCFullYear() * 12 + from.getUTCMonth() - duration.years * 12 - duration.months;
  const day = from.getUTCDate();
  const atDay = midnight(monthIndex, day);
  const monthsBefore =
    new Date(atDay).getUTCDate() === day
      ? atDay + (ms - Math.floor(ms / (24 * HOUR_MS)) * 24 * HOUR_MS)
      : midnight(monthIndex + 1, 1);
  return monthsBefore - (duration.days * 24 + duration.hours) * HOUR_MS;
}

/** Months are counted from year 0, and days past a month's end run into the next. `Date.UTC` misreads years below 100. */
function midnight(monthIndex: number, day: number): number {
  return new Date(0).setUTCFullYear(Math.floor(monthIndex / 12), ((monthIndex % 12) + 12) % 12, day);
}

/** `1 year, 2 months and 3 days`. */
export function keepDurationInWords(duration: KeepDuration): string {
  const parts = (['years', 'months', 'days', 'hours'] as const)
    .filter((unit) => duration[unit] > 0)
    .map((unit) => counted(duration[unit], unit.slice(0, -1)));
  return listInWords(parts);
}
