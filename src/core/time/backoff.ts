/** How long to wait after so many failures in a row, from 1 on, in ms: twice as long after each, up to the longest. */
export function backoffMs(
  failures: number,
  { firstMs, longestMs }: { firstMs: number; longestMs: number },
): number {
  return Math.min(longestMs, firstMs * 2 ** (failures - 1));
}
