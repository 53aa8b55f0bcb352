/** How the bot stands with Slack. */
export type SlackVitals =
  | {
      state: 'answers';
      /** What the token may do; missing where Slack does not say. */
      scopes?: readonly string[];
      /** Whether payloads arrive; in words. */
      connection: { ok: boolean; detail: string };
    }
  /** Slack's error code. */
  | { state: 'refused'; code: string }
  | { state: 'silent' };

/** What the bot can see of itself and of what is around it. No call rejects, and none changes anything. */
export interface Vitals {
  /** What of the settings is accepted and should be known, in words. */
  settings: readonly string[];
  slack(): Promise<SlackVitals>;
  /** Free on the disk of its data, in bytes; missing where its data is not on a disk here. */
  freeBytes(): Promise<number | undefined>;
  /** How far this machine's clock is ahead of Slack's, in ms; missing where Slack says no time. */
  clockAheadMs(): Promise<number | undefined>;
  /** Whether the dead-man switch's server takes a connection; nothing is said to it. */
  ping(): Promise<'not set' | 'reached' | 'not reached'>;
  /** Addresses of the machine that the bot runs on. */
  addresses(): readonly string[];
}
