import type { Receiver } from '@slack/bolt';

/** Told of a token that Slack refuses: the message says which and where the right one is. */
export type OnRefused = (error: Error) => void;

/** How Slack's payloads reach Bolt: by Socket Mode or by HTTP. */
export interface Connection {
  receiver: Receiver;
  /**
   * Resolves once payloads can arrive. `onRefused` is told that Slack refuses the token from the first, in words; what it throws ends
   * the start, else it is tried again.
   */
  start(onRefused: OnRefused): Promise<void>;
  stop(): Promise<void>;
  health(): { ok: boolean; detail: string };
}
