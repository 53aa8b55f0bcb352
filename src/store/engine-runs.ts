/** How long the engine's records of a run that has ended are kept. */
export const RUNS_KEPT_MS = 90 * 24 * 3_600_000;
export const ENDED = ['completed', 'succeeded', 'failed', 'canceled'];
