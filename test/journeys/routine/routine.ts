import { auditOf } from '../audit.ts';
import type { Journey } from '../journey.ts';

/** A slot an hour, which is six seconds: room for a backup also where the machine is busy. */
export const ROUTINE = { BACKUP_SCHEDULE: '0 * * * *', KEEP_LAST: '2' };
export const FAST = { speed: 600, ec2: { snapshotSeconds: { min: 60, max: 120 } } };

export function completeImages({ ec2 }: Journey) {
  return [...ec2.images.values()].filter((i) => i.tags['circleci-backup:outcome'] === 'complete');
}

/** Slots of which a backup was asked for, as the audit tells, oldest first. */
export async function slotsOf({ dataFolder }: Journey): Promise<number[]> {
  const rows = await auditOf(dataFolder);
  return rows
    .filter((row) => row.kind === 'request' && row.detail.slot !== undefined)
    .map((row) => Number(row.detail.slot));
}
