/** What Slack sends to the app. */
export type PayloadKind = 'slash_commands' | 'interactive' | 'events_api';

/** How a delivery went. Without `ackMs` there was no ack, and `failure` is the word Slack shows for it. */
export interface Outcome {
  ackMs?: number;
  body?: unknown;
  failure?: 'operation_timeout' | 'dispatch_failed';
}

export type Deliver = (kind: PayloadKind, payload: Record<string, unknown>) => Promise<Outcome>;
