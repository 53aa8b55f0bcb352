/** Slack's payloads that were taken: one that comes again, also to the next process, is none. */
export interface Deliveries {
  /** False where this key was taken before. Kept as a hash, for longer than a request can be repeated. Atomic. */
  take(key: string, at: number): Promise<boolean>;
}
