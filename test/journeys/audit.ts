import { rowsOf } from '../faults/database.ts';

export interface AuditLine {
  kind: string;
  verb: string;
  at: number;
  runId?: string;
  detail: Record<string, unknown>;
}

/** The audit of a data folder, oldest first, read beside the bot. */
export async function auditOf(folder: string): Promise<AuditLine[]> {
  return rowsOf(folder, 'store', 'select kind, verb, at, run_id, detail from audit order by seq').map(
    (row) => ({
      kind: String(row.kind),
      verb: String(row.verb),
      at: Number(row.at),
      ...(row.run_id === null ? {} : { runId: String(row.run_id) }),
      detail: JSON.parse(String(row.detail)),
    }),
  );
}
