import type { Leases } from './leases.ts';
import type { Store } from './store.ts';

/** What a database that several processes use gives besides; on one of a single process nothing of it is needed. */
export interface Shared {
  leases: Leases;
  /** The store, whose writes reject with `TakenOverError` once the lease has gone to somebody else. */
  whileLeased(name: string, fence: number): Store;
  /** The store, whose writes reject with `TakenOverError` once the engine has given this run to another worker. */
  whileRunning(run: { engineId: string; workerId: string }): Store;
  /** Has other processes hear a word, if they can; what they miss they find by themselves. */
  tell(word: string): void;
  /** Hears those of others. */
  hear(heard: (word: string) => void): void;
}
