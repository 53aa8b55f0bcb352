import fc from 'fast-check';
import type { Digest } from '../../../src/core/routine/digest.ts';
import { name, nasty, runId, time } from './extremes.ts';

const count = fc.nat();
const added = fc.record({ bytes: fc.nat({ max: 2 ** 50 }), known: count, unknown: count });

/** A week as far out as it can be; keys whose value is undefined are to be left out. */
export const digest: fc.Arbitrary<Digest> = fc
  .record({
    target: name,
    from: time,
    until: time,
    now: time,
    ended: fc.record({ complete: count, partial: count, failed: count, canceled: count }),
    skipped: fc.option(fc.record({ missed: count, paused: count, overlapped: count }), { nil: undefined }),
    deleted: count,
    added,
    addedBefore: fc.option(added, { nil: undefined }),
    inEc2: fc.oneof(
      fc.record({ unread: nasty }),
      fc.record({ kept: count, held: count }),
      fc.record({ kept: count, held: count, newest: fc.record({ backupId: runId, createdAt: time }) }),
    ),
    maxAgeMs: fc.option(fc.nat(), { nil: undefined }),
    pausedUntil: fc.option(time, { nil: undefined }),
    next: fc.array(fc.record({ schedule: name, at: time }), { maxLength: 3 }),
  })
  .map((each): Digest => JSON.parse(JSON.stringify(each)));
