import { type CatalogueEntry, endingOf, isComplete } from '../catalogue/entry.ts';
import { type KeepPolicy, keepsNothing } from '../model/keep-policy.ts';
import { createTimeZone, type TimeZone } from '../time/time-zone.ts';
import { applyPolicy } from './keep-rules.ts';
import type { BadOutcome, RetentionReason } from './reason.ts';

export interface RetentionInput {
  /** Of the region, in any order; those of other targets are left alone. */
  entries: readonly CatalogueEntry[];
  /** By the schedule's name, undefined for backups made by hand. Where it gives no policy, complete ones stay. */
  policyOf(schedule: string | undefined): KeepPolicy | undefined;
  target: string;
  /** ms since epoch. */
  now: number;
  /** In whose hours, days, weeks, months and years the policies count: an IANA name. */
  timezone: string;
  /** BACKUP_MAX_AGE: while the newest complete backup is older, nothing is deleted. */
  maxAgeMs?: number | undefined;
  /** How long partial, failed, canceled and abandoned ones stay. */
  failedGraceMs: number;
  /** A backup without an outcome counts as abandoned from this age on: well above BACKUP_DEADLINE. */
  abandonedAfterMs: number;
  /** Ids of instances by the id of the image they were launched from, and of runs by the image they restore. */
  inUse: ReadonlyMap<string, string>;
  /** Backup ids of runs that go on, however old they are. */
  running?: ReadonlySet<string> | undefined;
  /** When set, images are disabled first and deleted when this long has passed. */
  softGraceMs?: number | undefined;
}

/** `keep`: a rule or a promise keeps it. `leave`: it is not touched, or not yet. `disable`: the first half of `delete`. */
export type RetentionAction = 'keep' | 'delete' | 'disable' | 'leave';

export interface RetentionDecision {
  entry: CatalogueEntry;
  action: RetentionAction;
  /** At least one. For what is only left for now, what stands against it comes first, then why it would go. */
  reasons: readonly RetentionReason[];
}

export interface RetentionPlan {
  /** One for every entry, newest first. */
  decisions: RetentionDecision[];
  /** The newest complete backup of the target. */
  newestComplete?: CatalogueEntry;
  /** Nothing may be deleted: it is missing or overdue. */
  isBlocked: boolean;
}

/**
 * What retention does with every backup, and why. It takes only what is proven to be ours and of this target; never the
 * newest complete backup nor one that is held or in use, and nothing at all while the newest complete one is missing or
 * overdue. Conditions are written so that a number that is none (NaN) deletes nothing.
 */
export function planRetention(input: RetentionInput): RetentionPlan {
  const { target, now } = input;
  const sorted = [...input.entries].sort(newestFirst);
  const mine = sorted.filter(
    (e) => e.target === target && e.doubts.length === 0 && e.isInherited === undefined && e.createdAt <= now,
  );
  const newest = mine.find(isComplete);
  const ruled = keptByRules(mine, input);
  const blocked = whyNothingGoes(newest, input);

  function decide(entry: CatalogueEntry): RetentionDecision {
    if (entry.target !== target) return leave(entry, { code: 'other-target', target: entry.target });
    if (entry.doubts.length > 0) return leave(entry, { code: 'not-ours', doubts: entry.doubts });
    if (entry.isInherited === true)
      return leave(entry, { code: 'inherited', source: entry.sourceInstanceId });
    if (input.running?.has(entry.backupId)) return leave(entry, { code: 'running' });
    const firm = protections(entry, newest, input);
    return entry.outcome === 'complete' ? decideComplete(entry, firm) : decideBad(entry, firm);
  }

  function decideComplete(entry: CatalogueEntry, firm: RetentionReason[]): RetentionDecision {
    const reasons = [...firm, ...(ruled.get(entry) ?? [])];
    if (reasons.length > 0) return { entry, action: 'keep', reasons };
    const policy = input.policyOf(entry.schedule);
    if (policy === undefined || !isJudged(entry))
      return leave(entry, { code: 'image-state', state: entry.imageState });
    return remove(entry, { code: 'no-rule', policy });
  }

  function decideBad(entry: CatalogueEntry, firm: RetentionReason[]): RetentionDecision {
    const ageMs = now - entry.createdAt;
    if (firm.length > 0) return { entry, action: 'keep', reasons: firm };
    if (entry.outcome === undefined && !(ageMs >= input.abandonedAfterMs))
      return leave(entry, { code: 'unchecked', ageMs });
    const why = { code: 'bad-outcome', outcome: badOutcome(entry), ageMs } as const;
    if (!(ageMs >= input.failedGraceMs))
      return leave(entry, why, { code: 'grace', graceMs: input.failedGraceMs });
    if (newest !== undefined && newest.createdAt > entry.createdAt) return remove(entry, why);
    return leave(entry, blocked ?? { code: 'no-newer-complete' }, why);
  }

  function remove(entry: CatalogueEntry, why: RetentionReason): RetentionDecision {
    if (entry.isDisputed === true) return leave(entry, { code: 'retagged', said: entry.retagged ?? [] }, why);
    if (blocked !== undefined) return leave(entry, blocked, why);
    const { imageState: state, disabledAt } = entry;
    if (isOutOfReach(entry)) return leave(entry, { code: 'image-state', state }, why);
    if (input.softGraceMs === undefined) return { entry, action: 'delete', reasons: [why] };
    if (state === 'available') return { entry, action: 'disable', reasons: [why] };
    // EC2 disables only what is available: a failed image has nothing to lose.
    if (state !== 'disabled' || disabledAt === undefined) return { entry, action: 'delete', reasons: [why] };
    const until = disabledAt + input.softGraceMs;
    if (now >= until) return { entry, action: 'delete', reasons: [why] };
    return leave(entry, { code: 'soft-grace', disabledAt, until }, why);
  }

  return {
    decisions: sorted.map(decide),
    isBlocked: blocked !== undefined,
    ...(newest === undefined ? {} : { newestComplete: newest }),
  };
}

/** Equal times by ids, so that the plan never depends on EC2's order. */
function newestFirst(a: CatalogueEntry, b: CatalogueEntry): number {
  return b.createdAt - a.createdAt || compare(b.backupId, a.backupId) || compare(b.imageId, a.imageId);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The rules that keep complete backups, by schedule; those that none keeps are not in it. A backup that was disabled takes
 * no place of one that can be restored; it is asked about in a second round, so that a policy that was mended in time gets
 * its backups back.
 */
function keptByRules(
  mine: readonly CatalogueEntry[],
  input: RetentionInput,
): Map<CatalogueEntry, readonly RetentionReason[]> {
  const kept = new Map<CatalogueEntry, readonly RetentionReason[]>();
  const zone = createTimeZone(input.timezone);
  for (const [schedule, group] of Map.groupBy(mine.filter(isJudged), (entry) => entry.schedule)) {
    const policy = input.policyOf(schedule);
    if (policy === undefined || keepsNothing(policy)) {
      const reason = { code: 'no-policy', ...(schedule === undefined ? {} : { schedule }) } as const;
      for (const entry of group) kept.set(entry, [reason]);
      continue;
    }
    const usable = group.filter(isComplete);
    eachKept(usable, policy, zone, (entry, reasons) => kept.set(entry, reasons));
    if (usable.length === group.length) continue;
    eachKept(group, policy, zone, (entry, reasons) => {
      const { disabledAt } = entry;
      if (!isComplete(entry) && disabledAt !== undefined)
        kept.set(entry, [...reasons, { code: 'disabled-but-kept', disabledAt }]);
    });
  }
  return kept;
}

function eachKept(
  group: readonly CatalogueEntry[],
  policy: KeepPolicy,
  zone: TimeZone,
  see: (entry: CatalogueEntry, reasons: readonly RetentionReason[]) => void,
): void {
  const times = group.map((entry) => entry.createdAt);
  const reasons = applyPolicy(times, policy, zone);
  group.forEach((entry, at) => {
    const why = reasons[at] ?? [];
    if (why.length > 0) see(entry, why);
  });
}

/** Whether the policy has a say: complete, and either restorable or disabled by ourselves. */
function isJudged(entry: CatalogueEntry): boolean {
  const disabledByUs = entry.imageState === 'disabled' && entry.disabledAt !== undefined;
  return entry.outcome === 'complete' && (entry.imageState === 'available' || disabledByUs);
}

function whyNothingGoes(
  newest: CatalogueEntry | undefined,
  { now, maxAgeMs }: RetentionInput,
): RetentionReason | undefined {
  if (newest === undefined) return { code: 'none-complete' };
  if (maxAgeMs === undefined || now - newest.createdAt <= maxAgeMs) return undefined;
  return { code: 'overdue', newestAt: newest.createdAt, maxAgeMs };
}

/** What no rule and no age can overcome. */
function protections(
  entry: CatalogueEntry,
  newest: CatalogueEntry | undefined,
  { inUse, now }: RetentionInput,
): RetentionReason[] {
  const reasons: RetentionReason[] = [];
  const instanceId = inUse.get(entry.imageId);
  if (entry === newest) reasons.push({ code: 'newest-complete' });
  if (entry.held) reasons.push({ code: 'held', ...(entry.heldBy === undefined ? {} : { by: entry.heldBy }) });
  if (entry.isProtected === true) reasons.push({ code: 'protected' });
  if (instanceId !== undefined) reasons.push({ code: 'in-use', instanceId });
  if (!(entry.createdAt <= now)) reasons.push({ code: 'future', createdAt: entry.createdAt });
  return reasons;
}

/** EC2 is still at work on the image, somebody else has disabled it, or it is gone already. */
function isOutOfReach({ imageState, disabledAt }: CatalogueEntry): boolean {
  return (
    imageState === 'pending' ||
    imageState === 'deregistered' ||
    (imageState === 'disabled' && disabledAt === undefined)
  );
}

function badOutcome(entry: CatalogueEntry): BadOutcome {
  const ending = endingOf(entry);
  return ending === undefined || ending === 'complete' ? 'abandoned' : ending;
}

function leave(entry: CatalogueEntry, ...reasons: RetentionReason[]): RetentionDecision {
  return { entry, action: 'leave', reasons };
}
