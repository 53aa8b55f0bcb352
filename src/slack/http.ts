import { createServer, type IncomingMessage, type Server } from 'node:http';
import { HTTPReceiver, type Logger } from '@slack/bolt';
import type { Clock } from '../core/ports/clock.ts';
import type { Connection } from './connection.ts';

/** Bolt refuses requests older than five minutes, but takes signed ones from the future (facts: slack.md). */
const FUTURE_MAX_S = 5 * 60;
const SLACK_PATH = '/slack/events';

/** HTTP mode: Bolt checks the signature; what it lets through wrongly is refused before it. */
export function createHttpConnection(
  settings: { signingSecret: string; port: number; host?: string },
  deps: { wall: Pick<Clock, 'now'>; logger: Logger },
): Connection & { port(): number } {
  const receiver = new HTTPReceiver({
    signingSecret: settings.signingSecret,
    endpoints: SLACK_PATH,
    logger: deps.logger,
    bodyLimit: 1_000_000,
  });
  let server: Server | undefined;
  return {
    receiver,
    async start() {
      const listening = createServer((request, response) => {
        if (fromTheFuture(request, deps.wall.now())) {
          response.writeHead(401).end();
          return;
        }
        receiver.requestListener(request, response);
      });
      await new Promise<void>((resolve, reject) => {
        listening.once('error', reject);
        listening.listen(settings.port, settings.host, resolve);
      });
      server = listening;
    },
    async stop() {
      const open = server;
      server = undefined;
      if (open === undefined) return;
      await new Promise<void>((resolve) => {
        open.close(() => resolve());
        open.closeIdleConnections();
      });
    },
    health: () =>
      server === undefined
        ? { ok: false, detail: 'not listening for Slack' }
        : { ok: true, detail: `listening for Slack on port ${portOf(server)}` },
    port: () => (server === undefined ? 0 : portOf(server)),
  };
}

function fromTheFuture(request: IncomingMessage, nowMs: number): boolean {
  const sent = Number(request.headers['x-slack-request-timestamp']);
  return Number.isFinite(sent) && sent - nowMs / 1000 > FUTURE_MAX_S;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
