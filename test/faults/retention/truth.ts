import type { AccountWorld } from '../schedules/account.ts';
import type { Left } from '../schedules/left.ts';
import { broken, type Check } from '../schedules/promises.ts';

const DAY_MS = 24 * 3_600_000;
const UNIT_MS = { m: 60_000, h: 3_600_000, d: DAY_MS };

/** Promises of retention that were broken, after a backup or by hand. */
export function brokenByRetention({ ec2, env, guard }: AccountWorld, left: Left): string[] {
  const rows = left.audit.filter(
    ({ detail }) => 'deleted' in detail || 'planned' in detail || 'failed' in detail,
  );
  const reasons = rows.map(({ detail }) => JSON.stringify(detail)).join('\n');
  const told = [...left.notes, ...left.begun.map(({ view }) => JSON.stringify(view))].join('\n');
  const maxAge = /^(\d+)([mhd])$/.exec(env.BACKUP_MAX_AGE ?? '');
  const maxAgeMs =
    maxAge === null
      ? Number.POSITIVE_INFINITY
      : Number(maxAge[1]) * UNIT_MS[maxAge[2] as keyof typeof UNIT_MS];
  const deletions = guard.deletions.flatMap(({ imageId, at, newestAt }): Check[] => {
    const snapshots = guard.images.get(imageId)?.mappings.map(({ snapshotId }) => snapshotId) ?? [];
    const stayed = snapshots.filter((id) => ec2.snapshots.has(id));
    return [
      [newestAt !== undefined, `${imageId} was deleted while no complete backup was there`],
      [at - (newestAt ?? at) <= maxAgeMs, `${imageId} was deleted while the newest complete one was overdue`],
      [reasons.includes(imageId), `${imageId} went without a reason`],
      [stayed.every((id) => told.includes(id)), `${stayed.join()} of ${imageId} stayed without a word`],
    ];
  });
  return broken(deletions);
}
