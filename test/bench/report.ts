import { median, spreadPercent } from './figures.ts';

/** One line of the table. Both sides were measured in the same run, round by round in turn. */
export interface Measure {
  name: string;
  unit: 'ms' | 'MB' | 'calls';
  /** A value a round. */
  baseline: readonly number[];
  ours: readonly number[];
  /** The most that ours may be, as a multiple of the baseline; missing for what is only told. */
  aim?: number;
}

const HEAD = ['measure', 'baseline', 'ours', 'ratio', 'aim', 'verdict'];

/** The table as aligned text: medians with the spread of their rounds, and whether the aim was reached. */
export function tableOf(measures: readonly Measure[]): string {
  const rows = [HEAD, ...measures.map(rowOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ');
  const [head = [], ...body] = rows;
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...body.map(line)].join('\n');
}

/** Of the medians; below 1 ours is the smaller one. */
function ratioOf(measure: Measure): number {
  return median(measure.ours) / median(measure.baseline);
}

function rowOf(measure: Measure): string[] {
  const ratio = ratioOf(measure);
  const { aim } = measure;
  const show = (values: readonly number[]) => withSpread(values, measure.unit);
  return [
    measure.name,
    measure.baseline.length === 0 ? '-' : show(measure.baseline),
    show(measure.ours),
    Number.isNaN(ratio) ? '-' : `${ratio.toFixed(2)}x`,
    aim === undefined ? '-' : `${aim}x`,
    aim === undefined ? '-' : ratio <= aim ? 'reached' : 'missed',
  ];
}

function withSpread(values: readonly number[], unit: Measure['unit']): string {
  const middle = median(values);
  const digits = middle >= 100 || Number.isInteger(middle) ? 0 : middle >= 10 ? 1 : 2;
  const spread = values.length > 1 ? ` ±${spreadPercent(values).toFixed(0)}%` : '';
  return `${middle.toFixed(digits)} ${unit}${spread}`;
}
