import type { Digest } from '../../../src/core/routine/digest.ts';

const HOUR = 3_600_000;
const MONDAY = Date.UTC(2026, 10, 23, 8);

/** The week of a target that did well. */
export function someDigest(more: Partial<Digest> = {}): Digest {
  return {
    target: 'prod',
    from: MONDAY - 7 * 24 * HOUR,
    until: MONDAY,
    now: MONDAY + 1_000,
    ended: { complete: 7, partial: 0, failed: 0, canceled: 0 },
    deleted: 6,
    added: { bytes: 12 * 2 ** 30, known: 7, unknown: 0 },
    addedBefore: { bytes: 10 * 2 ** 30, known: 7, unknown: 0 },
    inEc2: { kept: 14, held: 1, newest: { backupId: 'bk-1', createdAt: MONDAY - 6 * HOUR } },
    maxAgeMs: 26 * HOUR,
    next: [
      { schedule: 'nightly', at: MONDAY + 18 * HOUR },
      { schedule: 'nightly', at: MONDAY + 42 * HOUR },
    ],
    ...more,
  };
}
