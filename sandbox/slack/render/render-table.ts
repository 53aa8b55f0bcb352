import type { Workspace } from '../model.ts';
import { isRecord } from '../params.ts';
import { richTextLines } from './render-rich-text.ts';
import { columnsOf, padTo, wrap } from './text-layout.ts';

type Align = 'left' | 'center' | 'right';

const gap = '  ';
const narrowest = 8;

/** A table in aligned columns; the first row is its heading. Columns too wide together are wrapped, the widest first. */
export function tableLines(block: Record<string, unknown>, workspace: Workspace, width: number): string[] {
  const rows = (Array.isArray(block.rows) ? block.rows : []).map((row) =>
    (Array.isArray(row) ? row : []).map((cell) => cellText(cell, workspace)),
  );
  const columns = fittedColumns(rows, width);
  const aligns = columns.map((_, index) => alignOf(block, index));
  const [head = [], ...body] = rows.map((row) => rowLines(row, columns, aligns));
  const rule = columns.map((column) => '─'.repeat(column)).join(gap);
  return [...head, rule, ...body.flat()];
}

function cellText(cell: unknown, workspace: Workspace): string {
  if (!isRecord(cell)) return '';
  return cell.type === 'rich_text' ? richTextLines(cell, workspace).join('\n') : String(cell.text ?? '');
}

function fittedColumns(rows: string[][], width: number): number[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const columns = Array.from({ length: count }, (_, index) =>
    Math.max(1, ...rows.flatMap((row) => (row[index] ?? '').split('\n').map(columnsOf))),
  );
  const room = width - gap.length * (count - 1);
  let over = columns.reduce((sum, column) => sum + column, 0) - room;
  while (over > 0) {
    const widest = columns.indexOf(Math.max(...columns));
    const current = columns[widest] ?? 0;
    if (current <= narrowest) break;
    columns[widest] = current - 1;
    over -= 1;
  }
  return columns;
}

function rowLines(row: string[], columns: number[], aligns: Align[]): string[] {
  const cells = columns.map((column, index) => wrap(row[index] ?? '', column));
  const height = Math.max(1, ...cells.map((cell) => cell.length));
  return Array.from({ length: height }, (_, line) =>
    columns
      .map((column, index) => padTo(cells[index]?.[line] ?? '', column, aligns[index]))
      .join(gap)
      .trimEnd(),
  );
}

function alignOf(block: Record<string, unknown>, index: number): Align {
  const settings = Array.isArray(block.column_settings) ? block.column_settings[index] : undefined;
  const align = isRecord(settings) ? settings.align : undefined;
  return align === 'right' || align === 'center' ? align : 'left';
}
