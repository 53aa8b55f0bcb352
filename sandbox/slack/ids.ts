/** The app's id in the sandbox's workspace, as `api_app_id` tells it. */
export const appId = 'A0CIBACKUP0';

/** Makes ids in Slack's shape, the same ones in each run: `V0000000001`, `F0000000002`. */
export function createIds(): (prefix: string) => string {
  let last = 0;
  return (prefix) => {
    last += 1;
    return `${prefix}${last.toString(36).toUpperCase().padStart(10, '0')}`;
  };
}

/** Message times: `seconds.micros` of the clock, each larger than the one before, however many in a millisecond. */
export function createTimestamps(now: () => number): () => string {
  let lastMicros = 0;
  return () => {
    lastMicros = Math.max(lastMicros + 1, now() * 1000);
    const seconds = Math.floor(lastMicros / 1_000_000);
    return `${seconds}.${String(lastMicros % 1_000_000).padStart(6, '0')}`;
  };
}
