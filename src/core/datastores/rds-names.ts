import type { RdsStore } from '../model/datastore.ts';

/** By which the snapshots of RDS that the bot makes are told in policies. */
export const RDS_PREFIX = 'circleci-backup-';

/**
 * The identifier of a run's snapshot, which is its key: `circleci-backup-bk-20261123-0314-x4qz-managed`. RDS takes letters,
 * digits and single hyphens, so names of such stores have no others.
 */
export function rdsSnapshotName(runId: string, { name }: Pick<RdsStore, 'name'>): string {
  return `${RDS_PREFIX}${runId}-${name}`;
}
