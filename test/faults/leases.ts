import { rowsOf } from './database.ts';

/**
 * The engine gives the run of a killed process to the next one after 30 s of the wall, which are hours or days of a test's
 * clock; so it is with what one process does for all of them. Whoever held a lease is dead, so they are let pass as they
 * would before the next bot is there. Gives how many runs there were.
 */
export function letLeasesPass(folder: string): number {
  rowsOf(folder, 'store', 'UPDATE leases SET until = 0 RETURNING name');
  const past = new Date(Date.now() - 1_000).toISOString();
  return rowsOf(
    folder,
    'engine',
    `UPDATE workflow_runs SET available_at = '${past}' WHERE status = 'running' RETURNING id`,
  ).length;
}
