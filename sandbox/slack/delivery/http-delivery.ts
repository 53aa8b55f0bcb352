import { createHmac } from 'node:crypto';
import type { Deliver, PayloadKind } from './delivery.ts';

/** The headers with which Slack signs a request; tests also make old, future and wrong ones with it. */
export function signedHeaders(
  secret: string,
  body: string,
  timestampSeconds: number,
): Record<string, string> {
  const digest = createHmac('sha256', secret).update(`v0:${timestampSeconds}:${body}`).digest('hex');
  return { 'x-slack-request-timestamp': String(timestampSeconds), 'x-slack-signature': `v0=${digest}` };
}

/** The body and content type of a payload: commands as a form, clicks as `payload=`, events as JSON. */
export function encodePayload(
  kind: PayloadKind,
  payload: Record<string, unknown>,
): { body: string; contentType: string } {
  if (kind === 'events_api') return { body: JSON.stringify(payload), contentType: 'application/json' };
  const contentType = 'application/x-www-form-urlencoded';
  if (kind === 'interactive') {
    return { body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString(), contentType };
  }
  const fields = Object.entries(payload).map(([name, value]): [string, string] => [name, String(value)]);
  return { body: new URLSearchParams(fields).toString(), contentType };
}

/**
 * Posts signed payloads to the app's request URL. Signed with wall time, as the receiver checks it against its own.
 * The URL is read at each delivery: the app that listens there needs this server's address first.
 */
export function createHttpDelivery(
  to: { requestUrl: string; signingSecret: string },
  answerLimitMs: number,
): Deliver {
  return async (kind, payload) => {
    const { body, contentType } = encodePayload(kind, payload);
    const headers = {
      ...signedHeaders(to.signingSecret, body, Math.floor(Date.now() / 1000)),
      'content-type': contentType,
    };
    const sentAt = performance.now();
    const signal = AbortSignal.timeout(answerLimitMs);
    try {
      const response = await fetch(to.requestUrl, { method: 'POST', headers, body, signal });
      const text = await response.text();
      if (response.status !== 200) return { failure: 'dispatch_failed' };
      return { ackMs: performance.now() - sentAt, ...readAck(text) };
    } catch {
      return { failure: signal.aborted ? 'operation_timeout' : 'dispatch_failed' };
    }
  };
}

/** An ack's body: JSON, or plain text as a message's text. */
function readAck(text: string): { body?: unknown } {
  if (text === '') return {};
  try {
    return { body: JSON.parse(text) };
  } catch {
    return { body: text };
  }
}
