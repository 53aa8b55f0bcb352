import { durationInWords, utcTime } from '../../core/text/words.ts';
import { parseSchedule, type Schedule } from '../../core/time/schedule.ts';
import { type Gap, gapWiderThan } from '../../core/time/widest-gap.ts';
import type { Texts } from '../settings/raw-settings.ts';
import { value } from '../settings/read-setting.ts';
import { readSetting } from '../settings/settings.ts';
import type { Entry } from '../targets-file/entry.ts';
import type { Finding } from './issue.ts';

const MINUTE_MS = 60_000;
/** What a backup may take at least before its silence is one; BACKUP_DEADLINE where that is shorter. */
const TAKES_MS = 30 * MINUTE_MS;

const OWN = ['BACKUP_MAX_AGE', 'BACKUP_SCHEDULE', 'BACKUP_TIMEZONE', 'BACKUP_DEADLINE'] as const;

/** Whether anything of what this check looks at stands here. */
export function hasOwnTimes(texts: Texts, schedules?: readonly Entry[]): boolean {
  return schedules !== undefined || OWN.some((name) => texts[name] !== undefined);
}

/**
 * Finds a BACKUP_MAX_AGE that the schedules cannot keep: it would be an alarm between two backups although all is well.
 * `schedules`: the target's own list of them, where it has one.
 */
export type CheckMaxAge = (
  texts: Texts,
  schedules?: readonly Entry[],
  where?: (at: string) => string,
) => Finding[];

/** One check for all targets: a fleet shares a few schedules, and each of these is looked at once. */
export function createCheckMaxAge(): CheckMaxAge {
  const known = new Map<string, Gap | undefined>();
  return (texts, schedules, where) => {
    const at = 'BACKUP_MAX_AGE';
    const text = texts[at];
    const maxAgeMs = value(texts, at);
    const deadlineMs = value(texts, 'BACKUP_DEADLINE');
    // What cannot be read is told as that; by hand alone, there is nothing to compare with.
    const read = schedulesOf(texts, schedules);
    if (text === undefined || maxAgeMs === undefined || deadlineMs === undefined || read.length === 0)
      return [];
    const takesMs = Math.min(deadlineMs, TAKES_MS);
    const key = [maxAgeMs - takesMs, ...read.map(({ cron, timezone }) => `${cron} ${timezone}`)].join('\n');
    if (!known.has(key)) known.set(key, gapWiderThan(maxAgeMs - takesMs, read));
    const gap = known.get(key);
    if (gap === undefined) return [];
    const inWords = tooShort(text, gap, takesMs, read);
    return [{ at, text: inWords, ...(where === undefined ? {} : { where: where(at) }) }];
  };
}

function tooShort(
  text: string,
  { from, until }: Gap,
  takesMs: number,
  schedules: readonly Schedule[],
): string {
  const apart = until - from;
  const times = schedules.length === 1 ? 'the schedule' : `the ${schedules.length} schedules together`;
  const least = Math.ceil((apart + takesMs) / MINUTE_MS);
  const remedy = readSetting('BACKUP_MAX_AGE', `${least}m`).ok
    ? `Set BACKUP_MAX_AGE=${hoursAndMinutes(least)} or more, or let ${times} fire more often.`
    : `Let ${times} fire more often, or remove BACKUP_MAX_AGE.`;
  return (
    `“${text}” is too short: ${times} can leave ${durationInWords(apart)} between two backups (as from ${utcTime(from)} ` +
    `to ${utcTime(until)}), and a backup takes a while, so that silence would be an alarm although all is well. ${remedy}`
  );
}

/** As a person would write it: `25h30m`. */
function hoursAndMinutes(minutes: number): string {
  const rest = minutes % 60;
  const hours = minutes >= 60 ? `${Math.floor(minutes / 60)}h` : '';
  return `${hours}${rest === 0 && hours !== '' ? '' : `${rest}m`}`;
}

/** None where one of them cannot be read. */
function schedulesOf(texts: Texts, schedules?: readonly Entry[]): Schedule[] {
  const timezone = value(texts, 'BACKUP_TIMEZONE');
  const crons = schedules?.map((entry) => entry.texts.BACKUP_SCHEDULE) ?? [texts.BACKUP_SCHEDULE];
  if (timezone === undefined) return [];
  const read = crons.flatMap((cron) => {
    const reading = cron === undefined ? undefined : parseSchedule({ cron, timezone });
    return reading?.ok === true ? [reading.schedule] : [];
  });
  return read.length === crons.length ? read : [];
}
