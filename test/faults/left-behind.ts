import type { AuditRow } from '../../src/core/run/audit.ts';
import type { Lock } from '../../src/core/store/locks.ts';
import type { UnsentMessage } from '../../src/core/store/messages.ts';
import { openLeft, rowsOf } from './database.ts';

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
  const store = await openLeft(folder);
  try {
    return {
      locks: await store.locks.all(),
      audit: (await store.audit.list({ limit: 10_000, offset: 0 })).reverse(),
      chainBreak: (await store.audit.verify()).broken?.seq,
      unsent: await store.messages.unsent(),
      notes: rowsOf(folder, 'store', 'SELECT view FROM messages')
        .map(({ view }) => JSON.parse(String(view)))
        .filter(({ kind }) => kind === 'note')
        .map(({ text }) => String(text)),
      runs: engineRuns(folder),
      steps: texts(folder, 'SELECT DISTINCT step_name AS text FROM step_attempts'),
    };
  } finally {
    await store.close();
  }
}

/** Status of each run in the engine of a bot that has ended. */
export function engineRuns(folder: string): string[] {
  return texts(folder, 'SELECT status AS text FROM workflow_runs');
}

function texts(folder: string, sql: string): string[] {
  return rowsOf(folder, 'engine', sql).map((row) => String(row.text));
}
