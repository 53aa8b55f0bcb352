/** A dead-man switch outside the bot (healthchecks-style): what it does not hear of in time, it calls people about. */
export interface Ping {
  /** Tells of a run's start, success or failure. Never rejects and never waits: a backup must not depend on it. */
  tell(what: 'start' | 'success' | 'fail', body: string): void;
  /** Waits for what is under way, at most for the time a ping may take. */
  settled(): Promise<void>;
}

export const noPing: Ping = { tell: () => undefined, settled: async () => undefined };
