import { styleText } from 'node:util';
import { oneLine } from '../core/text/text.ts';

/** How a text is meant; only a terminal shows it. */
export type Tone = 'good' | 'bad' | 'warning' | 'dim' | 'strong';

export type Cell = string | { tone: Tone; text: string };

/** A part of an answer, one below the other. */
export type Piece =
  | Cell
  | { head: readonly string[]; rows: readonly Cell[][] }
  | { facts: readonly (readonly [name: string, value: Cell])[] }
  /** Items under what stands before them. */
  | { items: readonly string[] }
  /** To be copied: never broken. */
  | { copy: string };

export interface Paper {
  width?: number | undefined;
  color: boolean;
}

const COLORS = { good: 'green', bad: 'red', warning: 'yellow', dim: 'dim', strong: 'bold' } as const;
const GAP = '  ';
const INDENT = '  ';
/** A narrower column of words is no help. */
const LEAST_WIDTH = 20;

/** An answer as text with its last line end. Nothing of it can move a cursor or colour a line, whoever wrote it. */
export function print(pieces: readonly Piece[], paper: Paper): string {
  return pieces.map((piece) => `${printed(piece, paper)}\n`).join('');
}

function printed(piece: Piece, paper: Paper): string {
  if (typeof piece === 'string' || 'text' in piece)
    return wrapped(textOf(piece), paper.width)
      .map((line) => toned(line, piece, paper))
      .join('\n');
  if ('copy' in piece) return `${INDENT}${piece.copy.replace(/\p{Cc}/gu, '?')}`;
  if ('items' in piece)
    return piece.items.map((item) => hanging(oneLine(item), `${INDENT}- `, paper)).join('\n');
  if ('facts' in piece) return factsOf(piece.facts, paper);
  return tableOf(piece.head, piece.rows, paper);
}

function textOf(cell: Cell): string {
  return oneLine(typeof cell === 'string' ? cell : cell.text);
}

function toned(text: string, cell: Cell, { color }: Paper): string {
  return typeof cell === 'string' || !color || text === ''
    ? text
    : styleText(COLORS[cell.tone], text, { validateStream: false });
}

function factsOf(facts: readonly (readonly [string, Cell])[], paper: Paper): string {
  const width = Math.max(0, ...facts.map(([name]) => lengthOf(name)));
  return facts
    .map(([name, cell]) => {
      const lead = `${INDENT}${padded(name, width)}${GAP}`;
      const [first = '', ...more] = wrapped(textOf(cell), within(paper.width, lead));
      return [
        lead + toned(first, cell, paper),
        ...more.map((line) => ' '.repeat(lengthOf(lead)) + line),
      ].join('\n');
    })
    .join('\n');
}

/** Columns, or where they do not fit beside each other each row as facts. */
function tableOf(head: readonly string[], rows: readonly Cell[][], paper: Paper): string {
  const widths = head.map((name, at) =>
    Math.max(lengthOf(name), ...rows.map((row) => lengthOf(textOf(row[at] ?? '')))),
  );
  const total = widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length);
  if (total > (paper.width ?? Number.POSITIVE_INFINITY)) {
    return rows
      .map((row) =>
        factsOf(
          head.map((name, at) => [name, row[at] ?? ''] as const),
          paper,
        ),
      )
      .join('\n\n');
  }
  const line = (cells: readonly Cell[]) =>
    cells
      .map((cell, at) => {
        const text = textOf(cell);
        const isLast = at === cells.length - 1;
        return toned(text, cell, paper) + (isLast ? '' : ' '.repeat((widths[at] ?? 0) - lengthOf(text)));
      })
      .join(GAP)
      .trimEnd();
  return [line(head.map((text) => ({ tone: 'dim', text }))), ...rows.map(line)].join('\n');
}

function hanging(text: string, lead: string, { width }: Paper): string {
  const [first = '', ...more] = wrapped(text, within(width, lead));
  return [lead + first, ...more.map((line) => ' '.repeat(lead.length) + line)].join('\n');
}

function within(width: number | undefined, lead: string): number | undefined {
  return width === undefined ? undefined : width - lengthOf(lead);
}

/** Whole words; one that is longer than a line stays whole, so that an id can be copied. */
function wrapped(text: string, width: number | undefined): string[] {
  if (width === undefined || lengthOf(text) <= Math.max(width, LEAST_WIDTH)) return [text];
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && lengthOf(last) + 1 + lengthOf(word) <= Math.max(width, LEAST_WIDTH))
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - lengthOf(text)));
}
