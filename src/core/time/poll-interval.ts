/** Looks come no closer than this, and no further apart, in ms. */
const CLOSEST_MS = 500;
const WIDEST_MS = 15_000;
/** Of the time that was waited: what is found late is found this much late at the most. */
const SHARE = 0.01;

/**
 * How long to wait before the next look at something that takes its time: often at first, then a hundredth of what was
 * waited by then. So a wait of a minute is found to be over within half a second, and one of an hour costs EC2 little.
 */
export function pauseBeforeLook(waitedMs: number): number {
  return Math.min(WIDEST_MS, Math.max(CLOSEST_MS, waitedMs * SHARE));
}
