import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { AuditRow } from '../../src/core/run/audit.ts';
import type { Lock } from '../../src/core/store/locks.ts';
import type { UnsentMessage } from '../../src/core/store/messages.ts';
import { openStore } from '../../src/store/sqlite/database.ts';

/** What a bot that has ended left in its data folder. */
export interface LeftBehind {
  locks: Lock[];
  /** Oldest first. */
  audit: AuditRow[];
  /** The first row of the audit that does not follow from the one before. */
  chainBreak: number | undefined;
  unsent: UnsentMessage[];
  /** What stands, or should stand, in the threads of runs. */
  notes: string[];
  /** Status of each run in the engine. */
  runs: string[];
  /** Names of the steps that the engine attempted. */
  steps: string[];
}

export async function leftBehind(folder: string): Promise<LeftBehind> {
  const store = await openStore({ folder, redact: (text) => text });
  try {
    return {
      locks: await store.locks.all(),
      audit: (await store.audit.list({ limit: 10_000, offset: 0 })).reverse(),
      chainBreak: (await store.audit.verify()).broken?.seq,
      unsent: await store.messages.unsent(),
      notes: texts(
        folder,
        'store.db',
        "SELECT view ->> 'text' AS text FROM messages WHERE view ->> 'kind' = 'note'",
      ),
      runs: engineRuns(folder),
      steps: texts(folder, 'engine.db', 'SELECT DISTINCT step_name AS text FROM step_attempts'),
    };
  } finally {
    await store.close();
  }
}

/** Status of each run in the engine of a bot that has ended. */
export function engineRuns(folder: string): string[] {
  return texts(folder, 'engine.db', 'SELECT status AS text FROM workflow_runs');
}

function texts(folder: string, file: string, sql: string): string[] {
  const db = new DatabaseSync(join(folder, file));
  try {
    const rows = db.prepare(sql).all();
    return rows.map((row) => String(row.text));
  } finally {
    db.close();
  }
}
