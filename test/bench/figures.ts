/** The value below which `share` (0 to 1) of the values lie, by nearest rank. NaN of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** Half the distance between the best and the worst round, as percent of the median: the machine's noise. */
export function spreadPercent(values: readonly number[]): number {
  if (values.length < 2) return 0;
  return (50 * (Math.max(...values) - Math.min(...values))) / median(values);
}
