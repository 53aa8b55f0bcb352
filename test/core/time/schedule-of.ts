import { parseSchedule, type Schedule } from '../../../src/core/time/schedule.ts';

export function scheduleOf(cron: string, timezone = 'UTC'): Schedule {
  const read = parseSchedule({ cron, timezone });
  if (!read.ok) throw new Error(read.problem);
  return read.schedule;
}
