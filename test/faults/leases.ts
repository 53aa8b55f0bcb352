import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * The engine gives the run of a killed process to the next one after 30 s of the wall, which are hours or days of a test's
 * clock. Whoever held a lease is dead, so they are let pass as they would before the next bot is there. Gives how many
 * there were.
 */
export function letLeasesPass(folder: string): number {
  const engine = new DatabaseSync(join(folder, 'engine.db'), { timeout: 5_000 });
  try {
    const past = new Date(Date.now() - 1_000).toISOString();
    const update = engine.prepare(`UPDATE workflow_runs SET available_at = ? WHERE status = 'running'`);
    return Number(update.run(past).changes);
  } finally {
    engine.close();
  }
}
