import type { Receiver } from '@slack/bolt';

/** How Slack's payloads reach Bolt: by Socket Mode or by HTTP. */
export interface Connection {
  receiver: Receiver;
  /** Resolves once payloads can arrive. */
  start(): Promise<void>;
  stop(): Promise<void>;
  health(): { ok: boolean; detail: string };
}
