import type { DatabaseSync, StatementSync } from 'node:sqlite';

export interface Prepared {
  statement: StatementSync;
  /** Whether it gives rows. */
  hasRows: boolean;
}

/** Well above the texts that the store's queries have; what makes its text as it goes (a list of ids) must not pile up. */
const MOST_KEPT = 200;
/** Of these the text says all. What changes the schema runs once, and is not kept. */
const KEPT = /^(select|insert|update|delete|begin|commit|rollback)\b/i;

/**
 * Each text is prepared once. Preparing costs several times as much as running, and every statement holds native memory
 * until V8 happens to collect it, of which it knows nothing: a thousand runs held some hundred MB so.
 */
export function createStatements(db: DatabaseSync): (sql: string) => Prepared {
  const kept = new Map<string, Prepared>();
  return (sql) => {
    const known = kept.get(sql);
    if (known !== undefined) return known;
    const statement = db.prepare(sql);
    const prepared = { statement, hasRows: statement.columns().length > 0 };
    if (!KEPT.test(sql)) return prepared;
    const [oldest] = kept.keys();
    if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    kept.set(sql, prepared);
    return prepared;
  };
}
