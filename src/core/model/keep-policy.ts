import { listInWords } from '../text/words.ts';
import type { Fault } from '../time/cron.ts';
import { isZero, type KeepDuration, keepDurationInWords, parseKeepDuration } from '../time/keep-duration.ts';

/** How many; `unlimited` keeps one for every period there is. */
export type KeepCount = number | 'unlimited';

/**
 * Which complete backups stay, in restic's words: each rule keeps what it says, and a backup that one rule keeps stays.
 * A count of 0 is no rule. restic's `within-hourly` … `within-yearly` and its tags are not here: the counted rules and
 * `within` together say what one installation needs, and holds take the place of tags.
 */
export interface KeepPolicy {
  last?: KeepCount;
  within?: KeepDuration;
  hourly?: KeepCount;
  daily?: KeepCount;
  weekly?: KeepCount;
  monthly?: KeepCount;
  yearly?: KeepCount;
}

/** One wrong value. `text` quotes it and names what is allowed; plain text. */
export interface KeepProblem {
  /** The rule, e.g. `KEEP_DAILY`; `KEEP_*` for the policy as a whole. */
  name: string;
  text: string;
  /** The same in pieces, for the configuration; only where the value of a rule is wrong. */
  fault?: Fault;
}

export type KeepReading = { ok: true; policy: KeepPolicy } | { ok: false; problems: KeepProblem[] };

const COUNTED = {
  KEEP_LAST: 'last',
  KEEP_HOURLY: 'hourly',
  KEEP_DAILY: 'daily',
  KEEP_WEEKLY: 'weekly',
  KEEP_MONTHLY: 'monthly',
  KEEP_YEARLY: 'yearly',
} as const;

export const KEEP_NAMES = [
  'KEEP_LAST',
  'KEEP_WITHIN',
  'KEEP_HOURLY',
  'KEEP_DAILY',
  'KEEP_WEEKLY',
  'KEEP_MONTHLY',
  'KEEP_YEARLY',
] as const;

/** Behind the quoted name of what is none. */
export const NOT_A_RULE = `is not a rule. The rules are ${listInWords(KEEP_NAMES)}.`;

/** More than any schedule makes in the years a machine lives; a longer number is a slip of the hand. */
const MOST = 10_000;

const NOT_A_COUNT: Fault = {
  what: `is not a whole number from 0 to ${MOST}, nor the word unlimited`,
  use: 'Use digits only',
};

/**
 * Reads a policy from texts by name; blank and missing ones are not set. restic's `unlimited` is taken, its `-1` is not:
 * a negative number is more often a slip than a wish.
 */
export function parseKeepPolicy(texts: Readonly<Record<string, string | undefined>>): KeepReading {
  const policy: KeepPolicy = {};
  const problems: KeepProblem[] = [];
  for (const [name, raw] of Object.entries(texts)) {
    const text = raw?.trim() ?? '';
    if (isCounted(name)) {
      if (text === '') continue;
      const count = parseCount(text);
      if (count === undefined) problems.push(wrongValue(name, text, NOT_A_COUNT, '7'));
      else policy[COUNTED[name]] = count;
    } else if (name === 'KEEP_WITHIN') {
      if (text === '') continue;
      const within = parseKeepDuration(text);
      if (within === undefined) problems.push(wrongValue(name, text, notADuration(text), '1y2m3d4h'));
      else policy.within = within;
    } else {
      problems.push({ name, text: `“${name}” ${NOT_A_RULE}` });
    }
  }
  if (problems.length === 0 && keepsNothing(policy)) problems.push(nothingKept(texts));
  return problems.length === 0 ? { ok: true, policy } : { ok: false, problems };
}

/** A policy without a rule would delete every backup but the newest; it is never carried out. */
export function keepsNothing(policy: KeepPolicy): boolean {
  const counts = Object.values(COUNTED).map((rule) => policy[rule]);
  return !counts.some(isRule) && (policy.within === undefined || isZero(policy.within));
}

/** Whether a count keeps anything. */
export function isRule(count: KeepCount | undefined): count is KeepCount {
  return count === 'unlimited' || (count !== undefined && count > 0);
}

/** `the last 7, all within 3 days of the newest, 14 daily and unlimited yearly`. */
export function policyInWords(policy: KeepPolicy): string {
  const { last, within, ...periods } = policy;
  return listInWords([
    ...(isRule(last) ? [last === 'unlimited' ? 'all' : `the last ${last}`] : []),
    ...(within === undefined || isZero(within)
      ? []
      : [`all within ${keepDurationInWords(within)} of the newest`]),
    ...(['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const).flatMap((period) =>
      isRule(periods[period]) ? [`${periods[period]} ${period}`] : [],
    ),
  ]);
}

function parseCount(text: string): KeepCount | undefined {
  if (text === 'unlimited') return 'unlimited';
  return /^\d{1,5}$/.test(text) && Number(text) <= MOST ? Number(text) : undefined;
}

function wrongValue(name: string, text: string, fault: Fault, example: string): KeepProblem {
  return { name, text: `“${text}” ${fault.what}. ${fault.use}, for example ${example}.`, fault };
}

function notADuration(text: string): Fault {
  const weeks = /\dw/.test(text) ? ' (a week is 7d)' : '';
  return { what: 'is not a length of time', use: `Use years, months, days and hours, each once${weeks}` };
}

function nothingKept(texts: Readonly<Record<string, string | undefined>>): KeepProblem {
  const set = Object.entries(texts).filter(([, text]) => text !== undefined && text.trim() !== '');
  const found =
    set.length === 0 ? 'No rule is set' : listInWords(set.map(([name, text]) => `${name} is “${text}”`));
  return {
    name: 'KEEP_*',
    text: `${found}: that would keep nothing. Set at least one of ${listInWords(KEEP_NAMES)} above zero, for example KEEP_DAILY=14.`,
  };
}

function isCounted(name: string): name is keyof typeof COUNTED {
  return Object.hasOwn(COUNTED, name);
}
