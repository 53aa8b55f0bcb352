/** What Replicated says of the application (`replicatedctl app status`). */
export interface AppStatus {
  /** `started`, `stopped`, `starting`, `stopping`, … */
  state: string;
  desired: string;
  /** CircleCI's own sample shows `started` while this is still true. */
  isTransitioning: boolean;
}

/** Started, and not on the way to anything. */
export function isStarted(status: AppStatus | undefined): boolean {
  return status !== undefined && status.state === 'started' && !status.isTransitioning;
}

/** Stopped, and not on the way to anything. */
export function isStopped(status: AppStatus | undefined): boolean {
  return status !== undefined && status.state === 'stopped' && !status.isTransitioning;
}
