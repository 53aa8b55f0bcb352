import type { Clock } from '../../core/ports/clock.ts';

const WINDOW_MS = 100;

/**
 * Gathers what is asked for within a short window into one call: a hundred targets that start together find their
 * machines with one DescribeInstances. A failed load fails every asker; each retries by its own patience.
 */
export function createBatch<K, V>(
  clock: Clock,
  load: (keys: K[]) => Promise<(key: K) => V>,
): (key: K) => Promise<V> {
  let open: { keys: K[]; answer: Promise<(key: K) => V> } | undefined;
  return async (key) => {
    if (open === undefined) {
      const batch: { keys: K[]; answer: Promise<(key: K) => V> } = {
        keys: [],
        answer: Promise.resolve(() => never()),
      };
      batch.answer = clock.sleep(WINDOW_MS).then(() => {
        open = undefined;
        return load(batch.keys);
      });
      open = batch;
    }
    open.keys.push(key);
    const { answer } = open;
    return (await answer)(key);
  };
}

function never(): never {
  throw new Error('a batch was read before it was loaded');
}

/**
 * One load shared by everybody who asks while it runs and for `freshMs` after; a failed load is not kept. Whoever is
 * content with what was so at `asOfMs` or later gets any load that began since.
 */
export function createShared<V>(
  clock: Clock,
  freshMs: number,
  load: () => Promise<V>,
): (newerThanMs?: number, asOfMs?: number) => Promise<V> {
  let kept: { startedAt: number; value: Promise<V> } | undefined;
  return (newerThanMs = 0, asOfMs = Number.POSITIVE_INFINITY) => {
    const now = clock.now();
    if (kept !== undefined && kept.startedAt >= asOfMs) return kept.value;
    if (kept !== undefined && now - kept.startedAt < freshMs && kept.startedAt >= newerThanMs)
      return kept.value;
    const mine = { startedAt: now, value: load() };
    kept = mine;
    mine.value.catch(() => {
      if (kept === mine) kept = undefined;
    });
    return mine.value;
  };
}
