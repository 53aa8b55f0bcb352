import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { appId } from '../ids.ts';
import { isRecord } from '../params.ts';
import { SlackError } from '../slack-error.ts';
import type { Deliver, Outcome } from './delivery.ts';

export interface SocketMode {
  /** The answer of apps.connections.open: a URL that serves for one connection. */
  openConnection(): Record<string, unknown>;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  deliver: Deliver;
  drop(refuse: number): void;
  count(): number;
  close(): Promise<void>;
}

const pingEveryMs = 5000;
/** How long a dropped connection may take for its goodbye. */
const goodbyeMs = 200;

export function createSocketMode(input: { answerLimitMs: number; baseUrl: () => string }): SocketMode {
  const { answerLimitMs, baseUrl } = input;
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  const open = new Set<WebSocket>();
  const waiting = new Map<
    string,
    { socket: WebSocket; settle: (outcome: Outcome) => void; sentAt: number }
  >();
  let refusals = 0;
  let turn = 0;
  const pings = setInterval(() => {
    for (const socket of open) socket.ping();
  }, pingEveryMs);
  pings.unref();

  function accept(socket: WebSocket): void {
    open.add(socket);
    socket.on('message', (data) => acknowledge(String(data)));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => forget(socket));
    const hello = { type: 'hello', num_connections: open.size, connection_info: { app_id: appId } };
    socket.send(JSON.stringify(hello));
  }

  function forget(socket: WebSocket): void {
    open.delete(socket);
    for (const entry of waiting.values()) {
      if (entry.socket === socket) entry.settle({ failure: 'operation_timeout' });
    }
  }

  function acknowledge(text: string): void {
    const ack: unknown = JSON.parse(text);
    if (!isRecord(ack) || typeof ack.envelope_id !== 'string') return;
    const entry = waiting.get(ack.envelope_id);
    if (!entry) return;
    const { payload } = ack;
    const hasBody = isRecord(payload) && Object.keys(payload).length > 0;
    entry.settle({ ackMs: performance.now() - entry.sentAt, ...(hasBody ? { body: payload } : {}) });
  }

  /** Each payload goes to one of the connections, in turn. */
  function nextSocket(): WebSocket | undefined {
    const ready = [...open].filter((socket) => socket.readyState === WebSocket.OPEN);
    turn += 1;
    return ready[turn % Math.max(1, ready.length)];
  }

  return {
    openConnection() {
      if (refusals > 0) {
        refusals -= 1;
        throw new SlackError('internal_error');
      }
      const ticket = randomUUID();
      tickets.add(ticket);
      return { url: `${baseUrl().replace('http:', 'ws:')}/link/?ticket=${ticket}&app_id=${appId}` };
    },
    upgrade(request, socket, head) {
      const ticket = new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket') ?? '';
      if (!tickets.delete(ticket)) {
        socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, socket, head, accept);
    },
    deliver(kind, payload) {
      const socket = nextSocket();
      if (!socket) return Promise.resolve({ failure: 'dispatch_failed' });
      const envelopeId = randomUUID();
      return new Promise((resolve) => {
        const settle = (outcome: Outcome) => {
          clearTimeout(timer);
          waiting.delete(envelopeId);
          resolve(outcome);
        };
        const timer = setTimeout(() => settle({ failure: 'operation_timeout' }), answerLimitMs);
        waiting.set(envelopeId, { socket, settle, sentAt: performance.now() });
        const envelope = { envelope_id: envelopeId, type: kind, payload, accepts_response_payload: true };
        socket.send(JSON.stringify(envelope));
      });
    },
    drop(refuse) {
      refusals = refuse;
      for (const socket of open) {
        open.delete(socket);
        socket.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }));
        void sayGoodbye(socket);
      }
    },
    count: () => open.size,
    async close() {
      clearInterval(pings);
      for (const { settle } of waiting.values()) settle({ failure: 'operation_timeout' });
      await Promise.all([...server.clients].map(sayGoodbye));
      server.close();
    },
  };
}

/** Closes with the handshake, as clients that are only cut leave timers behind; cuts those that do not answer. */
function sayGoodbye(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.terminate(), goodbyeMs);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.close(1000);
  });
}
