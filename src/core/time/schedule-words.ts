import cronstrue from 'cronstrue';
import type { Schedule } from './schedule.ts';

/** More times of the day than this are not listed one by one. */
const MOST_TIMES = 6;

/** `At 03:00, every day (Europe/Berlin)`; hours by the 24-hour clock, in the schedule's own zone. */
export function scheduleInWords({ cron, timezone, timesOfDay, expression }: Schedule): string {
  // “Every 5 hours” hides that the last span of a day is shorter; the times themselves do not.
  const told = timesOfDay.length <= MOST_TIMES ? expression : cron;
  return `${inWords(told) ?? `“${cron}”`} (${timezone})`;
}

/** cronstrue has no words for a few rare forms, such as two nearest weekdays (`1W,15W`). */
function inWords(expression: string): string | undefined {
  try {
    return cronstrue.toString(expression, { use24HourTimeFormat: true, verbose: true });
  } catch {
    return undefined;
  }
}
