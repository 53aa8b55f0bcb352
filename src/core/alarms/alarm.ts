/** An alarm that is open: nothing complete for longer than was promised. */
export interface OpenAlarm {
  /** When the newest complete backup became too old, ms since epoch. */
  since: number;
  /** When it was last told. */
  toldAt: number;
  /** How often it was told, the first time included. */
  times: number;
}

export interface AlarmInput {
  now: number;
  /** When the newest complete backup was taken; missing where there is none. */
  newestCompleteAt: number | undefined;
  /** Since when the bot watches this target: without any backup the promise counts from here. */
  watchingSince: number;
  maxAgeMs: number;
  open: OpenAlarm | undefined;
}

export type AlarmStep =
  | { do: 'nothing' }
  | { do: 'open'; since: number }
  | { do: 'repeat'; since: number; times: number }
  | { do: 'close'; since: number };

const HOUR = 3_600_000;
/** Waits between two tellings of one alarm; the last one repeats. Loud at first, then once a day until it is mended. */
const REPEAT_AFTER_MS = [HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 24 * HOUR];

/** What is to be done about silence now. A backup that completes closes an alarm, whoever asked for it. */
export function alarmStep(input: AlarmInput): AlarmStep {
  const { now, open } = input;
  const since = overdueAt(input);
  if (now < since) return open === undefined ? { do: 'nothing' } : { do: 'close', since: open.since };
  if (open === undefined) return { do: 'open', since };
  return now - open.toldAt >= repeatAfterMs(open.times)
    ? { do: 'repeat', since: open.since, times: open.times + 1 }
    : { do: 'nothing' };
}

/** When silence becomes an alarm. */
export function overdueAt({
  newestCompleteAt,
  watchingSince,
  maxAgeMs,
}: Pick<AlarmInput, 'newestCompleteAt' | 'watchingSince' | 'maxAgeMs'>): number {
  return (newestCompleteAt ?? watchingSince) + maxAgeMs;
}

function repeatAfterMs(times: number): number {
  return REPEAT_AFTER_MS[Math.min(times, REPEAT_AFTER_MS.length) - 1] ?? 24 * HOUR;
}
