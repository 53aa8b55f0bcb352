import type { CatalogueEntry } from '../../../src/core/catalogue/entry.ts';
import { planRetention, type RetentionInput, type RetentionPlan } from '../../../src/core/retention/plan.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** A complete backup of the target `prod`, ours beyond doubt, made at that time. */
export function backup(at: string | number, change: Partial<CatalogueEntry> = {}): CatalogueEntry {
  const createdAt = typeof at === 'number' ? at : Date.parse(at);
  const id = createdAt.toString(36);
  return {
    backupId: `bk-${id}`,
    target: 'prod',
    imageId: `ami-${id}`,
    imageState: 'available',
    mode: 'live',
    outcome: 'complete',
    createdAt,
    sourceInstanceId: 'i-0123456789abcdef0',
    held: false,
    doubts: [],
    source: { securityGroupIds: [] },
    snapshots: {},
    ...change,
  };
}

export function without(entry: CatalogueEntry, ...keys: ('outcome' | 'disabledAt')[]): CatalogueEntry {
  const copy = { ...entry };
  for (const key of keys) delete copy[key];
  return copy;
}

/** Plans for `prod` an hour after the newest of the entries, in UTC, keeping one daily backup unless told otherwise. */
export function plan(
  entries: readonly CatalogueEntry[],
  change: Partial<RetentionInput> = {},
): RetentionPlan {
  return planRetention({
    entries,
    policyOf: () => ({ daily: 1 }),
    target: 'prod',
    now: Math.max(...entries.map((entry) => entry.createdAt)) + HOUR,
    timezone: 'UTC',
    failedGraceMs: 7 * DAY,
    abandonedAfterMs: 3 * DAY,
    inUse: new Map(),
    ...change,
  });
}

/** What the plan does, by image id. */
export function actions(made: RetentionPlan): Record<string, string> {
  return Object.fromEntries(made.decisions.map(({ entry, action }) => [entry.imageId, action]));
}

/** The catalogue after the plan was carried out. */
export function carriedOut(made: RetentionPlan, now: number): CatalogueEntry[] {
  return made.decisions.flatMap(({ entry, action }) => {
    if (action === 'delete') return [];
    return action === 'disable' ? [{ ...entry, imageState: 'disabled', disabledAt: now }] : [entry];
  });
}
