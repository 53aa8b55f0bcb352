import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import type { Store } from '../core/store/store.ts';
import { keepLooking } from './keep-looking.ts';

const DAY_MS = 24 * 3_600_000;
/** A row of a slot is what holds when a clock was wrong and moved a watermark back; none is wrong by this much. */
const KEPT_MS = 100 * DAY_MS;

/** Once a day forgets slots of long ago, which would only pile up. Runs until the signal aborts. */
export async function forgetOldSlots(
  deps: { store: Store; clock: Clock; log: Log },
  signal: AbortSignal,
): Promise<void> {
  const { store, clock, log } = deps;
  const failed = 'slots of long ago could not be forgotten; tomorrow again';
  await keepLooking(deps, { everyMs: DAY_MS, failed }, signal, async () => {
    const forgotten = await store.schedules.forgetSlots(clock.now() - KEPT_MS);
    if (forgotten > 0) log.info({ forgotten }, 'slots of long ago were forgotten');
  });
}
