import type { Clock } from '../core/ports/clock.ts';
import { type Log, noLog } from '../core/ports/log.ts';

/**
 * First what brings new work, then what does it, then what tells of it, the store under all of them, and last what
 * watches over the rest.
 */
const ORDER = ['listener', 'schedule', 'worker', 'outbox', 'store', 'health'] as const;

export type DrainPart = (typeof ORDER)[number];

export interface Drain {
  /** Several stop functions of one part run side by side. `limitMs`: less than what the grace leaves. */
  add(part: DrainPart, stop: () => Promise<void>, limitMs?: number): void;
  /**
   * Stops everything and says whether all of it stopped in time and without an error; never rejects. What did not is
   * left behind: the runs go on in the next process. Called again (a second signal), it exits at once with code 1.
   */
  run(reason: string): Promise<{ clean: boolean }>;
}

export function createDrain(options: {
  /** For everything together. */
  graceMs: number;
  clock: Clock;
  /** `process.exit`; called only for a second signal. */
  exit: (code: number) => void;
  log?: Log;
}): Drain {
  const { graceMs, clock, exit, log = noLog } = options;
  const stops: { part: DrainPart; stop: () => Promise<void>; limitMs: number }[] = [];
  // Kept back for each later part, so that a worker that hangs does not cost the outbox and the store their turn.
  const reserveMs = graceMs / 20;
  let draining: Promise<{ clean: boolean }> | undefined;

  const stopOne = async (part: DrainPart, stop: () => Promise<void>, limitMs: number): Promise<boolean> => {
    const startedAt = clock.now();
    const over = new AbortController();
    const stopped = (async () => stop())().then(
      () => true,
      (error: unknown) => {
        log.error({ part, err: error }, 'A part failed to stop.');
        return false;
      },
    );
    const late = clock.sleep(limitMs, over.signal).then(() => 'late' as const);
    const result = await Promise.race([stopped, late]);
    over.abort();
    if (result === 'late') {
      log.warn({ part, limitMs }, 'A part did not stop in time and is left behind.');
      return false;
    }
    if (result) log.info({ part, ms: clock.now() - startedAt }, 'A part stopped.');
    return result;
  };

  const drain = async (reason: string): Promise<{ clean: boolean }> => {
    const endsAt = clock.now() + graceMs;
    log.info({ reason, graceMs }, 'Stopping.');
    const parts = ORDER.filter((part) => stops.some((each) => each.part === part));
    let clean = true;
    for (const [index, part] of parts.entries()) {
      const later = parts.length - index - 1;
      const leftMs = Math.max(0, endsAt - clock.now() - later * reserveMs);
      const results = await Promise.all(
        stops
          .filter((each) => each.part === part)
          .map(({ stop, limitMs }) => stopOne(part, stop, Math.min(limitMs, leftMs))),
      );
      clean &&= results.every(Boolean);
    }
    log.info({ reason, clean }, clean ? 'Stopped.' : 'Stopped, with parts left behind.');
    return { clean };
  };

  return {
    add: (part, stop, limitMs = Number.POSITIVE_INFINITY) => void stops.push({ part, stop, limitMs }),
    run(reason) {
      if (draining !== undefined) {
        log.warn({ reason }, 'Asked to stop a second time: leaving at once.');
        exit(1);
        return draining;
      }
      draining = drain(reason);
      return draining;
    },
  };
}
