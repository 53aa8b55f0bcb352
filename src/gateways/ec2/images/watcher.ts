import { percentDone, settled } from '../../../core/backup/verdict.ts';
import type { ImageStatus } from '../../../core/model/image.ts';
import type { Clock } from '../../../core/ports/clock.ts';
import type { WatchEvent } from '../../../core/ports/ec2.ts';
import type { Trouble } from '../../../core/ports/ec2-call.ts';
import { ProblemError } from '../../../core/problems/problem.ts';
import { codeOf } from '../calls.ts';

const FASTEST_MS = 5_000;
const SLOWEST_MS = 30_000;
/** Among many runs one is always about to end: asking at its pace would be asking as fast as possible all the time. */
const MANY = 10;
const FASTEST_OF_MANY_MS = 10_000;

interface Watch {
  name: string;
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
  /** Status by the image's name; one that EC2 does not show is missing. Rejects only with what will not heal. */
  describe: (
    names: string[],
    onTrouble: (trouble: Trouble) => void,
    signal: AbortSignal,
  ) => Promise<Map<string, ImageStatus>>;
  onError: (error: unknown) => void;
}): (name: string, signal: AbortSignal) => AsyncIterable<WatchEvent> {
  const { clock, describe, onError } = deps;
  const watches = new Set<Watch>();
  let looping = false;
  let nobodyWaits = new AbortController();

  function deliver(event: WatchEvent): void {
    for (const watch of watches) {
      watch.pending = event;
      watch.wake();
    }
  }

  async function loop(): Promise<void> {
    looping = true;
    let refusedSince: number | undefined;
    try {
      while (watches.size > 0) {
        const asked = [...watches].map((watch) => watch.name);
        let nextMs = SLOWEST_MS;
        nobodyWaits = new AbortController();
        const { signal } = nobodyWaits;
        try {
          const found = await describe([...new Set(asked)], (trouble) => deliver({ trouble }), signal);
          refusedSince = undefined;
          // A run that joined during the call was not asked about: it waits for the next round.
          for (const watch of watches) {
            if (!asked.includes(watch.name)) continue;
            watch.pending = { status: found.get(watch.name) };
            watch.wake();
          }
          nextMs = Math.min(
            SLOWEST_MS,
            ...[...watches].map((w) => paceMs(found.get(w.name), clock.now() - w.since)),
          );
          if (watches.size > MANY) nextMs = Math.max(nextMs, FASTEST_OF_MANY_MS);
        } catch (error) {
          if (signal.aborted) continue;
          onError(error);
          refusedSince ??= clock.now();
          deliver({ trouble: refused(error, clock.now() - refusedSince) });
        }
        await clock.sleep(nextMs, signal);
      }
    } finally {
      looping = false;
    }
  }

  return async function* watch(name, signal) {
    let wake = () => {};
    const mine: Watch = { name, since: clock.now(), pending: undefined, wake: () => wake() };
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
      // A call that is made again and again, because EC2 does not answer, ends with the last who waits for it.
      if (watches.size === 0) nobodyWaits.abort();
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

/** A refusal will not heal by itself, but people can mend a permission while EC2 goes on with the image. */
function refused(error: unknown, sinceMs: number): Trouble {
  const awsCode = codeOf(error) ?? 'unknown error';
  return { kind: 'refused', action: actionOf(error), awsCode, sinceMs };
}

function actionOf(error: unknown): string {
  const problem = error instanceof ProblemError ? error.problem : undefined;
  if (problem?.code === 'permissions-missing') return problem.actions.join(', ').replaceAll('ec2:', '');
  return problem !== undefined && 'action' in problem ? problem.action : 'DescribeImages';
}
