import type { IncomingMessage, ServerResponse } from 'node:http';
import { HTTPReceiver, type Logger } from '@slack/bolt';
import type { Clock } from '../core/ports/clock.ts';
import type { Connection } from './connection.ts';

/** Bolt refuses requests older than five minutes, but takes signed ones from the future (facts: slack.md). */
const FUTURE_MAX_S = 5 * 60;
const SLACK_PATH = '/slack/events';

/** A server that nobody outside can end or hold; what it calls `answer` for is whole. */
export type Serve = (
  answer: (
    asked: { method: string; path: string; body: Buffer },
    request: IncomingMessage,
    response: ServerResponse,
  ) => void,
) => {
  start(at: { port: number; host?: string | undefined }): Promise<number>;
  stop(): Promise<void>;
};

/**
 * HTTP mode: Bolt checks the signature; what it would throw for, and what it lets through wrongly, is refused before it: 404 for
 * other paths, 405 for other methods, 401 for the future, 400 for what is no payload.
 */
export function createHttpConnection(
  settings: { signingSecret: string; port: number; host?: string },
  deps: { wall: Pick<Clock, 'now'>; logger: Logger; serve: Serve },
): Connection & { port(): number } {
  const receiver = new HTTPReceiver({
    signingSecret: settings.signingSecret,
    endpoints: SLACK_PATH,
    logger: deps.logger,
  });
  let port: number | undefined;
  const server = deps.serve(({ method, path, body }, request, response) => {
    const refuse = (status: number, headers = {}) =>
      response.writeHead(status, { 'content-length': '0', ...headers }).end();
    if (path !== SLACK_PATH) return refuse(404);
    if (method !== 'POST') return refuse(405, { allow: 'POST' });
    if (fromTheFuture(request, deps.wall.now())) return refuse(401);
    if (!isPayload(body.toString(), request.headers['content-type'])) return refuse(400);
    // Bolt takes a body that was read for it, and would throw for an address of an odd form.
    receiver.requestListener(Object.assign(request, { url: SLACK_PATH, rawBody: body }), response);
  });
  return {
    receiver,
    async start() {
      port = await server.start(settings);
    },
    async stop() {
      if (port === undefined) return;
      port = undefined;
      await server.stop();
    },
    health: () =>
      port === undefined
        ? { ok: false, detail: 'not listening for Slack' }
        : { ok: true, detail: `listening for Slack on port ${port}` },
    port: () => port ?? 0,
  };
}

/** Whether Bolt would read an object from it: for anything else it rejects where nobody listens. */
function isPayload(body: string, contentType: string | undefined): boolean {
  const isForm = contentType === 'application/x-www-form-urlencoded';
  const payloads = isForm ? new URLSearchParams(body).getAll('payload') : [body];
  // A form without one payload is a command.
  if (isForm && payloads.length !== 1) return true;
  try {
    const payload: unknown = JSON.parse(payloads[0] ?? '');
    return typeof payload === 'object' && payload !== null;
  } catch {
    return false;
  }
}

function fromTheFuture(request: IncomingMessage, nowMs: number): boolean {
  const sent = Number(request.headers['x-slack-request-timestamp']);
  return Number.isFinite(sent) && sent - nowMs / 1000 > FUTURE_MAX_S;
}
