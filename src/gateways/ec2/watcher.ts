import type { Clock } from '../../core/clock.ts';
import type { Trouble, WatchEvent } from '../../core/ec2.ts';
import type { ImageStatus } from '../../core/model.ts';
import { percentDone, settled } from '../../core/verdict.ts';

const FASTEST_MS = 5_000;
const SLOWEST_MS = 30_000;

interface Watch {
  runId: string;
  since: number;
  /** Newest event not yet taken; older ones are of no use. */
  pending: WatchEvent | undefined;
  wake: () => void;
}

/**
 * One loop a region asks about all runs that somebody waits for, in one paged call for images and one for snapshots,
 * however many backups are running; it stops when nobody waits.
 */
export function createWatcher(deps: {
  clock: Clock;
  /** Status by run id; a run EC2 does not show is missing. Rejects only with what will not heal. */
  describe: (
    runIds: string[],
    onTrouble: (trouble: Trouble) => void,
    signal: AbortSignal,
  ) => Promise<Map<string, ImageStatus>>;
  onError: (error: unknown) => void;
}): (runId: string, signal: AbortSignal) => AsyncIterable<WatchEvent> {
  const { clock, describe, onError } = deps;
  const watches = new Set<Watch>();
  let looping = false;

  function deliver(event: (watch: Watch) => WatchEvent): void {
    for (const watch of watches) {
      watch.pending = event(watch);
      watch.wake();
    }
  }

  async function loop(): Promise<void> {
    looping = true;
    const stop = new AbortController();
    try {
      while (watches.size > 0) {
        const asked = [...watches].map((watch) => watch.runId);
        let nextMs = SLOWEST_MS;
        try {
          const found = await describe(
            [...new Set(asked)],
            (trouble) => deliver(() => ({ trouble })),
            stop.signal,
          );
          // A run that joined during the call was not asked about: it waits for the next round.
          for (const watch of watches) {
            if (!asked.includes(watch.runId)) continue;
            watch.pending = { status: found.get(watch.runId) };
            watch.wake();
          }
          nextMs = Math.min(...[...watches].map((w) => paceMs(found.get(w.runId), clock.now() - w.since)));
        } catch (error) {
          onError(error);
          const trouble: Trouble = {
            kind: 'unavailable',
            action: 'DescribeImages',
            awsCode: nameOf(error),
            sinceMs: 0,
          };
          deliver(() => ({ trouble }));
        }
        await clock.sleep(nextMs);
      }
    } finally {
      looping = false;
    }
  }

  return async function* watch(runId, signal) {
    let wake = () => {};
    const mine: Watch = { runId, since: clock.now(), pending: undefined, wake: () => wake() };
    watches.add(mine);
    const aborted = () => wake();
    signal.addEventListener('abort', aborted);
    if (!looping) void loop();
    try {
      while (!signal.aborted) {
        if (mine.pending === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        const event = mine.pending;
        mine.pending = undefined;
        yield event;
      }
    } finally {
      watches.delete(mine);
      signal.removeEventListener('abort', aborted);
    }
  };
}

/** A quarter of the time that seems left, so that the end is seen soon and a long copy is not asked about for nothing. */
export function paceMs(status: ImageStatus | undefined, watchedMs: number): number {
  if (status === undefined || settled(status) !== 'waiting') return FASTEST_MS;
  const percent = percentDone(status);
  if (percent <= 0 || percent >= 100) return FASTEST_MS * 2;
  const leftMs = (watchedMs * (100 - percent)) / percent;
  return Math.min(SLOWEST_MS, Math.max(FASTEST_MS, leftMs / 4));
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
