import { nextChangeAt, settle } from './images/progress.ts';
import type { State } from './state.ts';

/** Longer sleeps than this are made of several, because timers take no more. */
const LONGEST_SLEEP_MS = 3_600_000;

/** Wakes the state when a snapshot or an image is due, so that listeners hear of it although nobody asks. */
export function alarm(state: State): { set(): void; stop(): void } {
  let current = new AbortController();
  let stopped = false;

  function set() {
    current.abort();
    const at = nextChangeAt(state);
    if (stopped || !Number.isFinite(at)) return;
    const mine = new AbortController();
    current = mine;
    const ms = Math.min(LONGEST_SLEEP_MS, Math.max(1, at - state.clock.now()));
    void state.clock.sleep(ms, mine.signal).then(() => {
      if (mine.signal.aborted) return;
      settle(state);
      set();
    });
  }

  return {
    set,
    stop() {
      stopped = true;
      current.abort();
    },
  };
}
