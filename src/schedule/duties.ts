import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import type { Leases } from '../core/store/leases.ts';

const DUTIES = 'duties';
const LEASE_MS = 15_000;
const RENEW_EVERY_MS = 4_000;
/** Of a lease that could not be renewed; what it still does by then ends before the next holder begins. */
const GIVEN_UP_AFTER_MS = 12_000;

/** What this process does for all of them at the moment. */
export interface Duty {
  name: string;
  /** Higher than that of each holder before. */
  fence: number;
  /** Whether it is this process's still, by its own count of the time since it was renewed. */
  isHeld(): boolean;
  /** Aborts once it is not. */
  signal: AbortSignal;
}

export interface Duties {
  /** Undefined while another process has them. */
  current(): Duty | undefined;
  /** Looks at once whether they are free. */
  look(): void;
}

/**
 * What must not be done by two processes is done by whoever holds the lease: `work` begins with each duty, and has ended
 * before this process takes another. Who stands still loses it, notices by its own clock, and is fenced off by the number.
 * Resolves once the signal has aborted, the work has ended and the lease is given back.
 */
export function createDuties(
  deps: {
    leases: Leases;
    holder: string;
    /** The wall's. */
    clock: Clock;
    /** ms that pass also while the process stands still. */
    monotonicMs: () => number;
    log: Log;
  },
  work: (duty: Duty) => Promise<unknown>,
): Duties & { run(signal: AbortSignal): Promise<void> } {
  const { leases, holder, clock, monotonicMs, log } = deps;
  let held: { duty: Duty; renewedAt: number; ended: AbortController; working: Promise<unknown> } | undefined;
  let wakeUp = new AbortController();

  function begin(fence: number, renewedAt: number): void {
    const ended = new AbortController();
    const isHeld = () =>
      !ended.signal.aborted && held?.duty === duty && monotonicMs() - held.renewedAt < GIVEN_UP_AFTER_MS;
    const duty: Duty = { name: DUTIES, fence, isHeld, signal: ended.signal };
    held = { duty, renewedAt, ended, working: Promise.resolve() };
    log.info({ fence }, 'this process has the duties now');
    held.working = work(duty).catch((error: unknown) => log.error({ err: error }, 'the duties ended'));
  }

  async function lose(): Promise<void> {
    if (held === undefined) return;
    const { ended, working } = held;
    ended.abort(null);
    await working;
    held = undefined;
  }

  async function look(): Promise<void> {
    const askedAt = monotonicMs();
    const fence = await leases.take(DUTIES, holder, LEASE_MS).catch((error: unknown) => {
      log.warn({ err: error }, 'the lease of the duties could not be renewed');
      return 'unknown' as const;
    });
    if (fence === 'unknown') {
      if (held !== undefined && !held.duty.isHeld()) await lose();
      return;
    }
    if (held !== undefined && held.duty.fence !== fence) {
      log.warn({ fence: held.duty.fence }, 'another process has the duties now');
      await lose();
    }
    if (fence === undefined) return;
    if (held === undefined) begin(fence, askedAt);
    else held.renewedAt = askedAt;
  }

  return {
    current: () => (held?.duty.isHeld() ? held.duty : undefined),
    look: () => wakeUp.abort(null),
    async run(signal) {
      while (!signal.aborted) {
        wakeUp = new AbortController();
        await look();
        await clock.sleep(RENEW_EVERY_MS, AbortSignal.any([signal, wakeUp.signal]));
      }
      await lose();
      await leases.release(DUTIES, holder).catch(() => {});
    },
  };
}
