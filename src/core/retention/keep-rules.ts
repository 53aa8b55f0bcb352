import { isRule, type KeepCount, type KeepPolicy } from '../model/keep-policy.ts';
import { isZero, type KeepDuration, timeBefore } from '../time/keep-duration.ts';
import { PERIODS, type Period, periodName, periodNumber } from '../time/period.ts';
import type { TimeZone } from '../time/time-zone.ts';

/** Which rule keeps a backup. */
export type KeepReason =
  | { code: 'last'; count: KeepCount }
  | { code: 'within'; within: KeepDuration }
  | {
      code: 'period';
      period: Period;
      /** Name of the hour, day, week, month or year it stands for. */
      of: string;
      /** Kept although its period has a newer one, because the rule has places left. */
      oldest?: true;
    };

const NO_REASONS: readonly KeepReason[] = [];

interface OpenRule {
  period: Period;
  left: number;
  previous: number | undefined;
}

/**
 * restic's policy, over the times of complete backups, newest first: for each the rules that keep it, none when it may go.
 *
 * Source: restic's documentation, "Removing snapshots according to a policy" (restic.readthedocs.io, 060_forget): periods
 * have natural borders, those without a backup do not count, the newest of each stays, `within` is measured from the
 * newest, and the oldest of all is kept additionally while a rule has places left (restic 0.16 and later).
 */
export function applyPolicy(
  times: readonly number[],
  policy: KeepPolicy,
  zone: TimeZone,
): (readonly KeepReason[])[] {
  const { last, within } = policy;
  const [newest] = times;
  const since =
    within === undefined || isZero(within) || newest === undefined ? undefined : timeBefore(newest, within);
  const lastLeft = isRule(last) ? placesOf(last) : 0;
  const rules: OpenRule[] = PERIODS.flatMap((period) => {
    const count = policy[period];
    return isRule(count) ? [{ period, left: placesOf(count), previous: undefined }] : [];
  });

  return times.map((time, at) => {
    const isLast = at < lastLeft;
    const isWithin = since !== undefined && time > since;
    const open = rules.filter((rule) => rule.left > 0);
    // Most of a long list: every place is taken.
    if (!isLast && !isWithin && open.length === 0) return NO_REASONS;
    const reasons: KeepReason[] = [];
    if (last !== undefined && isLast) reasons.push({ code: 'last', count: last });
    if (within !== undefined && isWithin) reasons.push({ code: 'within', within });
    const wall = zone.wallMs(time);
    for (const rule of open) {
      const number = periodNumber(rule.period, wall);
      const isHead = number !== rule.previous;
      if (!isHead && at !== times.length - 1) continue;
      rule.previous = number;
      rule.left -= 1;
      const of = periodName(rule.period, wall);
      reasons.push({ code: 'period', period: rule.period, of, ...(isHead ? {} : { oldest: true }) });
    }
    return reasons;
  });
}

function placesOf(count: KeepCount): number {
  return count === 'unlimited' ? Number.POSITIVE_INFINITY : count;
}
