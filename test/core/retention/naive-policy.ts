import type { KeepPolicy } from '../../../src/core/model/keep-policy.ts';

type PeriodRule = 'hourly' | 'daily' | 'weekly' | 'monthly' | 'yearly';

/**
 * restic's description of a policy written down a second time, slowly and without anything of the first: Intl is asked for
 * each time, weeks are counted by walking to their Monday, and each rule looks at the whole list.
 *
 * Source: restic.readthedocs.io, "Removing snapshots according to a policy". Gives the indexes that stay, of `times` in any
 * order. Equal times are not told apart.
 */
export function naivePolicy(times: readonly number[], policy: KeepPolicy, timezone: string): Set<number> {
  const kept = new Set<number>();
  if (times.length === 0) return kept;
  const newestFirst = times.map((_, i) => i).sort((a, b) => (times[b] ?? 0) - (times[a] ?? 0));
  const atLeast = (count: number | 'unlimited' | undefined) =>
    count === 'unlimited' ? times.length + 1 : (count ?? 0);

  for (const i of newestFirst.slice(0, atLeast(policy.last))) kept.add(i);

  const { within } = policy;
  if (within && within.years + within.months + within.days + within.hours > 0) {
    const since = before(new Date(Math.max(...times)), within);
    times.forEach((time, i) => {
      if (time > since) kept.add(i);
    });
  }

  for (const rule of ['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const) {
    const places = atLeast(policy[rule]);
    if (places === 0) continue;
    const names = newestFirst.map((i) => nameOf(rule, times[i] ?? 0, timezone));
    const withBackups = [...new Set(names)];
    for (const name of withBackups.slice(0, places)) kept.add(newestFirst[names.indexOf(name)] ?? -1);
    if (withBackups.length < places) kept.add(newestFirst.at(-1) ?? -1);
  }
  return kept;
}

/** Months one by one: a day that the month does not have is its end. */
function before(
  newest: Date,
  within: { years: number; months: number; days: number; hours: number },
): number {
  let year = newest.getUTCFullYear() - within.years;
  let month = newest.getUTCMonth();
  for (let n = 0; n < within.months; n += 1) {
    month -= 1;
    if (month < 0) {
      month = 11;
      year -= 1;
    }
  }
  const day = newest.getUTCDate();
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const atMonth =
    day > lastDay
      ? Date.UTC(year, month, lastDay + 1)
      : Date.UTC(
          year,
          month,
          day,
          newest.getUTCHours(),
          newest.getUTCMinutes(),
          newest.getUTCSeconds(),
          newest.getUTCMilliseconds(),
        );
  return atMonth - within.days * 86_400_000 - within.hours * 3_600_000;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function nameOf(rule: PeriodRule, time: number, timezone: string): string {
  let format = formats.get(timezone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', {
      timeZone: timezone,
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    formats.set(timezone, format);
  }
  const wall = format.format(time);
  if (rule === 'hourly') return wall.slice(0, 13);
  if (rule === 'daily') return wall.slice(0, 10);
  if (rule === 'monthly') return wall.slice(0, 7);
  if (rule === 'yearly') return wall.slice(0, 4);
  const monday = new Date(`${wall.slice(0, 10)}T12:00:00Z`);
  while (monday.getUTCDay() !== 1) monday.setUTCDate(monday.getUTCDate() - 1);
  return monday.toISOString().slice(0, 10);
}
