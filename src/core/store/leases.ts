/** What one process at a time does for all of them, by the database's clock: those of the processes may be hours apart. */
export interface Leases {
  /**
   * Takes or renews a lease for so many ms. Gives its fence, a number that is higher for each other holder; undefined while
   * somebody else holds it. Atomic.
   */
  take(name: string, holder: string, ms: number): Promise<number | undefined>;
  /** Gives it back, where it is still this holder's. */
  release(name: string, holder: string): Promise<void>;
}
