/** Wakes what waits in this process for something in the store; the store itself is what counts. */
export interface Nudges {
  /** Resolves at the next nudge of the run, or when the signal aborts. */
  next(runId: string, signal: AbortSignal): Promise<void>;
  nudge(runId: string): void;
}

export function createNudges(): Nudges {
  const waiting = new Map<string, Set<() => void>>();
  return {
    next: (runId, signal) =>
      new Promise((resolve) => {
        const mine = waiting.get(runId) ?? new Set();
        const wake = () => {
          signal.removeEventListener('abort', wake);
          mine.delete(wake);
          if (mine.size === 0) waiting.delete(runId);
          resolve();
        };
        mine.add(wake);
        waiting.set(runId, mine);
        signal.addEventListener('abort', wake, { once: true });
        if (signal.aborted) wake();
      }),
    nudge(runId) {
      for (const wake of [...(waiting.get(runId) ?? [])]) wake();
    },
  };
}
