import { cut, oneLine } from '../text/text.ts';
import { cronIn, readCron } from './cron.ts';
import { parseDuration } from './duration.ts';
import { localTimeMs } from './wall-time.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const DEFAULT_MS = DAY_MS;
/** A schedule that is off for longer is a change of the configuration, not a pause. */
const MOST_DAYS = 14;

export type PauseReading = { ok: true; untilMs: number } | { ok: false; problem: string };

/**
 * When a pause ends: `for 2h`, `2 hours`, `until 2026-10-01` (the start of that day), `until 2026-10-01 08:00`, `until
 * 08:00` (the next one), or nothing (24 hours). Dates and times of the day are local ones of `timezone`.
 */
export function parsePause(
  text: string,
  { nowMs, timezone }: { nowMs: number; timezone: string },
): PauseReading {
  const typed = oneLine(text).toLowerCase();
  if (typed === '') return { ok: true, untilMs: nowMs + DEFAULT_MS };
  const untilMs = untilOf(typed, nowMs, timezone);
  if (untilMs === undefined) return refused(typed, 'is not a time for a pause');
  if (untilMs < nowMs) return refused(typed, 'is in the past');
  if (untilMs - nowMs < MINUTE_MS) return refused(typed, 'is shorter than a minute');
  return untilMs - nowMs > MOST_DAYS * DAY_MS
    ? refused(typed, `is more than ${MOST_DAYS} days away`)
    : { ok: true, untilMs };
}

function untilOf(typed: string, nowMs: number, timezone: string): number | undefined {
  const moment = typed.replace(/^until /, '');
  const [, date, time = '00:00'] = /^(\d{4}-\d\d-\d\d)(?:[ t](\d\d:\d\d))?$/.exec(moment) ?? [];
  if (date !== undefined) return localTimeMs(date, time, timezone);
  const [, hour, minute] = /^(\d{1,2}):(\d\d)$/.exec(moment) ?? [];
  if (hour !== undefined && minute !== undefined) {
    const daily = readCron(`${minute} ${hour} * * *`);
    return daily.ok ? cronIn(timezone, daily.times)(nowMs) : undefined;
  }
  const ms = parseDuration(shortUnits(typed.replace(/^for /, '')));
  return ms === undefined ? undefined : nowMs + ms;
}

/** `2 hours and 30 minutes` as `2h30m`. “Months” are no unit here, and must not be read as minutes. */
function shortUnits(text: string): string {
  return text.replace(
    /(\d) ?(?:(w)(?:eeks?)?|(d)(?:ays?)?|(h)(?:ours?|rs?)?|(m)(?:in(?:ute)?s?)?)(?:,? and |, | |$|(?=\d))/g,
    (_all, digit: string, ...units: (string | undefined)[]) => digit + units.slice(0, 4).join(''),
  );
}

function refused(typed: string, what: string): PauseReading {
  const problem =
    `“${cut(typed, 60)}” ${what}. Say how long, for example “for 2h” or “for 3d”, or until when, for example ` +
    `“until 08:00” or “until 2026-10-01”; at most ${MOST_DAYS} days.`;
  return { ok: false, problem };
}
