import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { turn } from '../audit-chain.ts';
import { ENDED, RUNS_KEPT_MS } from '../engine-runs.ts';
import { primaryCode, SQLITE_BUSY } from './problem.ts';

/** With its steps a run has some 20 KB: more at a time would hold everybody else up. */
const AT_A_TIME = 20;
/** By its index of namespace, status and time; the steps go with their run. */
const FORGET = `DELETE FROM workflow_runs WHERE rowid IN (
  SELECT rowid FROM workflow_runs WHERE namespace_id = 'default' AND status = ? AND created_at < ? LIMIT ${AT_A_TIME})`;

const FIND = `SELECT id FROM workflow_runs WHERE namespace_id = 'default' AND workflow_name = ? AND idempotency_key = ?
  ORDER BY created_at LIMIT 1`;
/** A reader waits for nobody but a program that keeps the whole file locked. */
const BUSY_MS = 1_000;

/**
 * OpenWorkflow keeps every run with its steps for ever: those that ended long ago are deleted from its file. Its times are
 * the wall's. Each deletion is one synchronous statement on a connection of its own, so it never meets a transaction of
 * the engine's in this process half-way; what another program holds is left for the next time.
 */
export async function forgetEngineRuns(file: string, now = Date.now()): Promise<number> {
  if (!existsSync(file)) return 0;
  const db = new DatabaseSync(file, { timeout: 0 });
  try {
    db.exec('PRAGMA foreign_keys = ON');
    const known = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'workflow_runs'").get();
    if (known === undefined) return 0;
    const forget = db.prepare(FORGET);
    const before = new Date(now - RUNS_KEPT_MS).toISOString();
    let sum = 0;
    for (const status of ENDED) {
      for (let changes = AT_A_TIME; changes === AT_A_TIME; await turn()) {
        changes = Number(forget.run(status, before).changes);
        sum += changes;
      }
    }
    return sum;
  } catch (error) {
    if (primaryCode(error) === SQLITE_BUSY) return 0;
    throw error;
  } finally {
    db.close();
  }
}

/** The engine's id of a run that was handed to it under this id, however long ago that was. */
export async function engineRunOf(
  file: string,
  { workflow, runId }: { workflow: string; runId: string },
): Promise<string | undefined> {
  const db = new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS });
  try {
    const row = db.prepare(FIND).get(workflow, runId);
    return row === undefined ? undefined : String(row.id);
  } finally {
    db.close();
  }
}
