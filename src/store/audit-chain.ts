import { createHash } from 'node:crypto';
import type { AuditBreak, AuditPlace, AuditReport } from '../core/run/audit-report.ts';
import {
  type ArchiveFile,
  type AuditRecord,
  archivedLines,
  archivedRow,
  archiveFiles,
} from './audit-archive.ts';
import type { AuditTable, Use } from './schema.ts';

/** What the first row follows. */
export const GENESIS: AuditPlace = { seq: 0, hash: '0'.repeat(64) };

/** Rows read at a time; between two of them others get their turn. */
const PAGE = 500;

/** The columns in a fixed order: the same row gives the same JSON in every version and on every database. */
export function hashOf(prevHash: string, row: Omit<AuditTable, 'prev_hash' | 'hash'>): string {
  const { seq, at, kind, verb, target, run_id, actor_user, actor_team, detail } = row;
  const canonical = JSON.stringify([seq, at, kind, verb, target, run_id, actor_user, actor_team, detail]);
  return createHash('sha256')
    .update(prevHash + canonical)
    .digest('hex');
}

/** Everybody else's turn: reading a chain of many rows holds nobody up. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The last row by the mark's word. Asked anew: rows are added while a chain is read. */
async function markedBy(use: Use): Promise<number> {
  const mark = await use()
    .selectFrom('audit_marks')
    .select('seq')
    .where('name', '=', 'head')
    .executeTakeFirst();
  return mark?.seq ?? 0;
}

/** Rows after `after` up to `to`, in pages. */
export async function* pagesOf(
  use: Use,
  after: number,
  to = Number.MAX_SAFE_INTEGER,
): AsyncGenerator<AuditRecord[]> {
  for (let last = after; ; ) {
    const rows = await use()
      .selectFrom('audit')
      .selectAll()
      .where('seq', '>', last)
      .where('seq', '<=', to)
      .orderBy('seq')
      .limit(PAGE)
      .execute();
    if (rows.length > 0) yield rows;
    if (rows.length < PAGE) return;
    last = rows.at(-1)?.seq ?? last;
    await turn();
  }
}

/**
 * Follows the chain from its first row to its last: files of the archive that are here, then the table. Who may write
 * the database can make a whole new chain; that the rows are those of then, only a copy of the log shows (`logged`).
 */
export async function verifyChain(
  use: Use,
  folder: string | undefined,
  logged?: AuditPlace,
): Promise<AuditReport> {
  const marks = await use().selectFrom('audit_marks').selectAll().execute();
  const archivedTo = marks.find(({ name }) => name === 'archived') ?? GENESIS;
  const head = marks.find(({ name }) => name === 'head');
  const report: AuditReport = { rows: 0, archived: 0, elsewhere: [] };
  const breaks: AuditBreak[] = [];
  let isLoggedSeen = false;

  /** Whether the row follows; `before` without a hash is a row that is not here. */
  const follows = (row: AuditRecord, before: { seq: number; hash?: string }): boolean => {
    if (logged !== undefined && row.seq === logged.seq) {
      isLoggedSeen = true;
      if (row.hash !== logged.hash) breaks.push({ what: 'logged', seq: row.seq });
    }
    const isNext = row.seq === before.seq + 1 && row.prev_hash === (before.hash ?? row.prev_hash);
    return isNext && row.hash === hashOf(row.prev_hash, row);
  };

  /** The place after this file, as it should be. */
  async function readFile(folder: string, file: ArchiveFile, before: { seq: number; hash?: string }) {
    let last = before;
    let n = 0;
    for (const line of await archivedLines(folder, file)) {
      n += 1;
      if (n % PAGE === 0) await turn();
      const row = archivedRow(line);
      if (row === undefined || !follows(row, last)) {
        breaks.push({ what: 'archive', file: file.name, seq: last.seq + 1 });
        return { seq: file.to };
      }
      last = row;
      if (row.seq > archivedTo.seq) continue;
      report.archived += 1;
    }
    if (last.seq !== file.to) breaks.push({ what: 'archive', file: file.name, seq: last.seq + 1 });
    return last.seq === file.to ? last : { seq: file.to };
  }

  let before: { seq: number; hash?: string } = GENESIS;
  // A file whose rows are in the table still is of a try that was cut short, and will be written anew.
  const files = folder === undefined ? [] : archiveFiles(folder).map((file) => ({ folder, file }));
  for (const { file, folder } of files) {
    if (file.to > archivedTo.seq || file.from <= before.seq) continue;
    if (file.from > before.seq + 1) {
      report.elsewhere.push([before.seq + 1, file.from - 1]);
      before = { seq: file.from - 1 };
    }
    before = await readFile(folder, file, before);
    if (before.seq === archivedTo.seq && before.hash !== undefined && before.hash !== archivedTo.hash)
      breaks.push({ what: 'archive', file: file.name, seq: before.seq });
  }
  if (before.seq < archivedTo.seq) report.elsewhere.push([before.seq + 1, archivedTo.seq]);

  let last: { seq: number; hash: string } = archivedTo;
  let isWhole = true;
  for await (const rows of pagesOf(use, archivedTo.seq)) {
    report.rows += rows.length;
    for (const row of rows) {
      if (isWhole && !follows(row, last)) {
        breaks.push({ what: 'row', seq: row.seq });
        isWhole = false;
      }
      last = row;
    }
  }
  const ends = Math.max(head?.seq ?? 0, ...files.map(({ file }) => file.to));
  if (ends > last.seq || (head?.seq === last.seq && head.hash !== last.hash))
    breaks.push({ what: 'end', seq: last.seq, last: ends });
  // Row and mark are written together: one without the other is somebody's doing.
  else if (last.seq > (head?.seq ?? 0) && (await markedBy(use)) < last.seq)
    breaks.push({ what: 'mark', seq: last.seq });
  const isAway = report.elsewhere.some(([from, to]) => logged && logged.seq >= from && logged.seq <= to);
  if (logged !== undefined && !isLoggedSeen && !isAway) breaks.push({ what: 'logged', seq: logged.seq });

  const [broken] = breaks;
  return {
    ...report,
    ...(last.seq === 0 ? {} : { last: { seq: last.seq, hash: last.hash } }),
    ...(broken === undefined ? {} : { broken }),
  };
}
