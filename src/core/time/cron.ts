import { Cron } from 'croner';
import { createTimeZone, type TimeZone } from './time-zone.ts';
import { firstMomentOf } from './wall-time.ts';

/** What is wrong with a text, in pieces: `“x” is not a cron expression. Use five fields: …` */
export interface Fault {
  /** The predicate, without a full stop. */
  what: string;
  /** What to do, without a full stop. */
  use: string;
}

/** A cron expression that fires, and never twice within half an hour. */
export interface CronTimes {
  /** Minutes of the day, 0 to 1439, ascending. */
  timesOfDay: readonly number[];
  /** The same expression with its minutes, and its hours where it names some, written out as lists. */
  expression: string;
}

export type NextTime = (afterMs: number) => number | undefined;

const LEAST_GAP_MIN = 30;
const DAY_MIN = 24 * 60;
const MINUTE_MS = 60_000;
const USE = 'Use five fields: minute, hour, day of the month, month, day of the week';
/** A start for questions whose answer must not depend on when the bot was started. */
const ANY_TIME = Date.UTC(2024, 0, 1);

/**
 * Reads five fields with numbers, names of months and days, `*`, lists, ranges, steps, `L`, `W` and `#`. Day of the month
 * and day of the week together mean either, as in Vixie cron. `?` (croner: the time of the start, so different in each
 * process), `+` and nicknames such as @daily are refused.
 *
 * Daylight saving: an expression that names hours keeps its local times, each once a day. A time in a skipped hour
 * comes at the first moment after it, a time in a repeated hour at the first of the two. Only an expression for every
 * hour goes by elapsed time: it does not pause in a repeated hour.
 */
export function readCron(text: string): { ok: true; times: CronTimes } | { ok: false; fault: Fault } {
  const fields = text.trim().split(/\s+/);
  if (fields.length === 6) return bad('has six fields, and seconds are not supported', USE);
  const [minute = '', hour = '', ...days] = fields;
  if (fields.length !== 5 || !fields.every(isField)) {
    return bad('is not a cron expression', USE);
  }
  let croner: Cron;
  try {
    croner = cronerOf(fields.join(' '), 'UTC');
  } catch {
    // croner throws for a faulty pattern and for nothing else; its words name neither our fields nor a remedy.
    return bad('is not a cron expression', USE);
  }
  const hours = numbersOf(hour, 23);
  const timesOfDay = hours.flatMap((h) => numbersOf(minute, 59).map((m) => h * 60 + m));
  const close = timesOfDay.findIndex((time, at) => gapAfter(time, at, timesOfDay) < LEAST_GAP_MIN);
  if (close >= 0) {
    const pair = [timesOfDay[close], timesOfDay[(close + 1) % timesOfDay.length]].map(timeInWords);
    return bad(
      `fires more often than every ${LEAST_GAP_MIN} minutes (at ${pair.join(' and ')})`,
      `Leave at least ${LEAST_GAP_MIN} minutes between two backups`,
    );
  }
  if (croner.nextRun(new Date(ANY_TIME)) === null) {
    return bad('never fires: no such day exists', 'Name a day that its months have');
  }
  const everyHour = hours.length === 24;
  const expression = [numbersOf(minute, 59), everyHour ? '*' : hours, ...days].join(' ');
  return { ok: true, times: { timesOfDay, expression } };
}

/**
 * The first time of an expression after another, in ms, in a time zone; undefined when none is left (year 10000).
 *
 * croner gives the times of the wall, and the zone is put to them here: by itself it loses the slot of a skipped hour
 * that ends at midnight (Nuuk each March), and those of “every 6 hours” where midnight is skipped.
 */
export function cronIn(timezone: string, times: CronTimes): NextTime {
  const zone = createTimeZone(timezone);
  if (times.expression.split(' ')[1] === '*') return byElapsedTime(timezone, zone, times);
  const onTheWall = wallTimes(times);
  return (afterMs) => {
    let wall = onTheWall(zone.wallMs(afterMs));
    for (; wall !== undefined; wall = onTheWall(wall)) {
      const moment = firstMomentOf(wall, zone);
      // In a repeated hour the wall shows times whose slots have been.
      if (moment > afterMs) return moment;
    }
    return undefined;
  };
}

/** For an expression that names every hour. */
function byElapsedTime(timezone: string, zone: TimeZone, { expression }: CronTimes): NextTime {
  const croner = nextRunOf(cronerOf(expression, timezone));
  const [minute = '', , ...days] = expression.split(' ');
  if (!isEachDay(days)) return croner;
  const ofTheHour = wallTimes({ expression: `${minute} 0 * * *`, timesOfDay: numbersOf(minute, 59) }, 60);
  return (afterMs) => {
    const offsetMs = zone.wallMs(afterMs) - afterMs;
    const moment = (ofTheHour(afterMs + offsetMs) ?? 0) - offsetMs;
    return zone.wallMs(moment) - moment === offsetMs ? moment : croner(afterMs);
  };
}

/**
 * The times of the wall, each as the ms of a UTC time that shows the same. croner takes 30 µs for an answer, so it is asked
 * for days, and for none where each day fires: a year of half hours is counted within milliseconds.
 */
function wallTimes({ expression, timesOfDay }: CronTimes, periodMin = DAY_MIN): NextTime {
  const periodMs = periodMin * MINUTE_MS;
  const [, , ...days] = expression.split(' ');
  const midnights = isEachDay(days)
    ? (afterMs: number) => (Math.floor(afterMs / periodMs) + 1) * periodMs
    : remembered(nextRunOf(cronerOf(`0 0 ${days.join(' ')}`, 'UTC')));
  const [first = 0] = timesOfDay;
  return (afterMs) => {
    const start = Math.floor(afterMs / periodMs) * periodMs;
    const later = timesOfDay.find((time) => start + time * MINUTE_MS > afterMs);
    if (later !== undefined && midnights(start - 1) === start) return start + later * MINUTE_MS;
    const next = midnights(start);
    return next === undefined ? undefined : next + first * MINUTE_MS;
  };
}

function isEachDay(days: readonly string[]): boolean {
  return days.every((field) => field === '*');
}

function nextRunOf(cron: Cron): NextTime {
  return (afterMs) => cron.nextRun(new Date(afterMs))?.getTime();
}

/** Keeps the last answer: it is the same for every time up to it. */
function remembered(next: NextTime): NextTime {
  let asked = Infinity;
  let answer: number | undefined;
  return (afterMs) => {
    if (afterMs >= asked && (answer === undefined || afterMs < answer)) return answer;
    asked = afterMs;
    answer = next(afterMs);
    return answer;
  };
}

/** Paused: croner computes here, it starts no timers. */
function cronerOf(expression: string, timezone: string): Cron {
  return new Cron(expression, { timezone, mode: '5-part', paused: true });
}

/** `*` beside something else in a list (`*,5`) is a slip of the pen: it would mean `*`, and reads as if it did not. */
function isField(field: string): boolean {
  return /^[\w*,/#-]+$/.test(field) && (field === '*' || !field.split(',').includes('*'));
}

// The numbers of a field that croner has accepted, ascending: `*`, `7`, `8-20`, `8-20/4`, and lists of them.
function numbersOf(field: string, max: number): number[] {
  const found = field.split(',').flatMap((part) => {
    const [range = '', step = '1'] = part.split('/');
    const [first = '', last = first] = range === '*' ? ['0', String(max)] : range.split('-');
    const from = Number(first);
    const count = Math.floor((Number(last) - from) / Number(step)) + 1;
    return Array.from({ length: count }, (_, at) => from + at * Number(step));
  });
  return [...new Set(found)].sort((a, b) => a - b);
}

/** Minutes to the next time of the day. After the last one that is the first of the next day, taken as a day that fires. */
function gapAfter(time: number, at: number, times: readonly number[]): number {
  return at + 1 < times.length ? (times[at + 1] ?? 0) - time : (times[0] ?? 0) + DAY_MIN - time;
}

function timeInWords(minutes = 0): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function bad(what: string, use: string): { ok: false; fault: Fault } {
  return { ok: false, fault: { what, use } };
}
