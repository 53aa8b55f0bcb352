import { readdirSync } from 'node:fs';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Selectable } from 'kysely';
import { PRIVATE } from './private-file.ts';
import type { AuditTable } from './schema.ts';

export type AuditRecord = Selectable<AuditTable>;

/** One file of rows that were moved out of the database, a JSON object a line. */
export interface ArchiveFile {
  name: string;
  from: number;
  to: number;
}

const NAME = /^audit-(\d{10})-(\d{10})\.jsonl$/;

/** Those in the folder, by number. */
export function archiveFiles(folder: string): ArchiveFile[] {
  return readdirSync(folder)
    .flatMap((name) => {
      const [, from, to] = NAME.exec(name) ?? [];
      return from === undefined || to === undefined ? [] : [{ name, from: Number(from), to: Number(to) }];
    })
    .sort((a, b) => a.from - b.from);
}

/** Whole and on the disk, or not there. A file of the same rows, of a try that was cut short, is replaced. */
export async function writeArchive(
  folder: string,
  { from, to }: Omit<ArchiveFile, 'name'>,
  pages: AsyncIterable<readonly AuditRecord[]>,
): Promise<void> {
  const number = (seq: number) => String(seq).padStart(10, '0');
  const path = join(folder, `audit-${number(from)}-${number(to)}.jsonl`);
  const file = await open(`${path}.part`, 'w', PRIVATE);
  try {
    for await (const rows of pages) await file.write(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.part`, path);
  const entry = await open(folder, 'r');
  await entry.sync();
  await entry.close();
}

/** Its lines; what they are is looked at one by one. */
export async function archivedLines(folder: string, { name }: ArchiveFile): Promise<string[]> {
  return (await readFile(join(folder, name), 'utf8')).split('\n').filter((line) => line !== '');
}

export function archivedRow(line: string): AuditRecord | undefined {
  try {
    const row: unknown = JSON.parse(line);
    return isRecord(row) ? row : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(row: unknown): row is AuditRecord {
  return (
    typeof row === 'object' &&
    row !== null &&
    'seq' in row &&
    typeof row.seq === 'number' &&
    'hash' in row &&
    typeof row.hash === 'string' &&
    'prev_hash' in row &&
    typeof row.prev_hash === 'string'
  );
}
