import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import type { Notifier } from '../core/ports/notifier.ts';
import type { Store } from '../core/store/store.ts';

/** What every watch works with. */
export interface WatchDeps {
  store: Store;
  notifier: Notifier;
  clock: Clock;
  log: Log;
  /** How often it looks, in ms of the clock; each has its own default. */
  lookEveryMs?: number;
}

/**
 * Looks at once and then again and again until the signal aborts. A look may say in how many ms the next one is due at
 * the latest; one that fails is logged with `failed`, and the next follows all the same.
 */
export async function keepLooking(
  { clock, log }: Pick<WatchDeps, 'clock' | 'log'>,
  { everyMs, failed }: { everyMs: number; failed: string },
  signal: AbortSignal,
  look: () => Promise<unknown>,
): Promise<void> {
  while (!signal.aborted) {
    let waitMs = everyMs;
    try {
      const said = await look();
      if (typeof said === 'number') waitMs = Math.min(everyMs, said);
    } catch (error) {
      if (signal.aborted) return;
      log.warn({ err: error }, failed);
    }
    await clock.sleep(waitMs, signal);
  }
}

/** Each of them in turn until the signal aborts; what fails is logged by its name, and the others have theirs. */
export async function lookAtEach<T>(
  { log }: Pick<WatchDeps, 'log'>,
  items: Iterable<T>,
  { nameOf, failed }: { nameOf(item: T): Record<string, string>; failed: string },
  signal: AbortSignal,
  lookAt: (item: T) => Promise<void>,
): Promise<void> {
  for (const item of items) {
    if (signal.aborted) return;
    await lookAt(item).catch((error) => {
      if (!signal.aborted) log.warn({ err: error, ...nameOf(item) }, failed);
    });
  }
}
