import { cut, oneLine } from '../text/text.ts';
import { cronIn, type Fault, type NextTime, readCron } from './cron.ts';
import { nearTimeZone, timeZoneNamed } from './zone-name.ts';

/** When backups are due. Its slots depend on these two texts alone, so that every process computes the same ones. */
export interface Schedule {
  /** As it was written, with single spaces. */
  readonly cron: string;
  /** A name of the IANA list. */
  readonly timezone: string;
  /** Minutes of the day, 0 to 1439, ascending. */
  readonly timesOfDay: readonly number[];
  /** The cron with its times of the day written out as lists. */
  readonly expression: string;
  /** The first slot after a time, in ms; undefined when none is left. */
  readonly next: NextTime;
}

export type ScheduleReading =
  | { ok: true; schedule: Schedule }
  /** `fault` in pieces for the configuration, `problem` as sentences that quote the value. */
  | { ok: false; of: 'cron' | 'timezone'; fault: Fault; problem: string };

const EXAMPLES = { cron: '15 3 * * *', timezone: 'Europe/Berlin' } as const;

/** A thousand targets share a few schedules, and croner needs 80 KiB for each. What was refused is not kept. */
const known = new Map<string, Schedule>();

/** Reads a cron expression (see readCron) and its time zone; never throws. */
export function parseSchedule(text: { cron: string; timezone: string }): ScheduleReading {
  const read = readCron(text.cron);
  if (!read.ok) return refused('cron', text.cron, read.fault);
  const timezone = timeZoneNamed(text.timezone.trim());
  if (timezone === undefined) return refused('timezone', text.timezone, timeZoneFault(text.timezone));
  const cron = text.cron.trim().replace(/\s+/g, ' ');
  const key = `${cron} ${timezone}`;
  const schedule = known.get(key) ?? { cron, timezone, ...read.times, next: cronIn(timezone, read.times) };
  known.set(key, schedule);
  return { ok: true, schedule };
}

/** For a name that `timeZoneNamed` does not know. */
export function timeZoneFault(name: string): Fault {
  const near = nearTimeZone(name);
  const guess = near === undefined ? '' : `Did you mean ${near}? `;
  return { what: 'is not a time zone', use: `${guess}Use a name of the IANA list` };
}

function refused(of: 'cron' | 'timezone', value: string, fault: Fault): ScheduleReading {
  const problem = `“${cut(oneLine(value), 80)}” ${fault.what}. ${fault.use}, for example ${EXAMPLES[of]}.`;
  return { ok: false, of, fault, problem };
}
