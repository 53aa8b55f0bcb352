import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Log, noLog } from '../core/ports/log.ts';

/** How long a whole request may take to come, its body included; scanners and slow senders hold a connection no longer. */
const REQUEST_MS = 10_000;
/** Load balancers keep a connection for a minute, and must not be the last to know that it is closed. */
const KEEP_ALIVE_MS = 65_000;
/** Who reads no answer, or stops in the middle of anything, is gone after it. */
const SILENT_MS = 20_000;
const LOOK_EVERY_MS = 1_000;
const CONNECTIONS = 200;
const BODY_BYTES = 1_000_000;

export interface HttpLimits {
  requestMs?: number;
  silentMs?: number;
  lookEveryMs?: number;
  connections?: number;
}

export interface HttpServer {
  /** Rejects when the port is taken. Gives the port, for `port: 0`. */
  start(at: { port: number; host?: string | undefined }): Promise<number>;
  /** Lets what is being answered be answered, where there is time for it. */
  stop(options?: { now?: boolean }): Promise<void>;
}

/** Path and body have been looked at: the path is without its query, the body whole, in the limit, and often empty. */
export type Answer = (
  asked: { method: string; path: string; body: Buffer },
  request: IncomingMessage,
  response: ServerResponse,
) => void;

/**
 * A server that nobody outside can end or hold: whatever comes, in whatever pieces, is answered or cut off, and the oldest idle
 * connections make room for new ones. `answer` may throw.
 */
export function createHttpServer(answer: Answer, deps: { log?: Log; limits?: HttpLimits } = {}): HttpServer {
  const { log = noLog, limits = {} } = deps;
  const requestMs = limits.requestMs ?? REQUEST_MS;
  const server = createServer(
    {
      headersTimeout: requestMs,
      requestTimeout: requestMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: limits.lookEveryMs ?? LOOK_EVERY_MS,
      // HTTP/1.0, health probes and scanners send none.
      requireHostHeader: false,
    },
    (request, response) => {
      // Each has its end without us; unheard it would be the process's.
      request.on('error', ignore);
      response.on('error', ignore);
      const chunks: Buffer[] = [];
      let bytes = 0;
      request.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= BODY_BYTES) chunks.push(chunk);
        else if (!response.headersSent) refuse(response, 413, { connection: 'close' });
      });
      request.on('end', () => {
        if (response.headersSent) return;
        try {
          const asked = {
            method: request.method ?? '',
            path: pathOf(request.url ?? ''),
            body: Buffer.concat(chunks),
          };
          answer(asked, request, response);
        } catch (error) {
          log.error({ err: error, method: request.method }, 'a request could not be answered');
          if (response.headersSent) request.socket.destroy();
          else refuse(response, 500);
        }
      });
    },
  );
  server.maxConnections = limits.connections ?? CONNECTIONS;
  server.setTimeout(limits.silentMs ?? SILENT_MS);
  server.on('drop', () => server.closeIdleConnections());
  server.on('connect', (_request, socket) => {
    socket.on('error', ignore);
    socket.end('HTTP/1.1 405 Method Not Allowed\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });

  return {
    start: ({ port, host }) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          server.on('error', (error) => log.error({ err: error }, 'a server could not take a connection'));
          resolve(portOf(server));
        });
      }),
    stop: ({ now = false } = {}) =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if (now) server.closeAllConnections();
        else server.closeIdleConnections();
      }),
  };
}

/** An answer without words. */
export function refuse(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-length': '0', ...headers }).end();
}

/** Without its query; of `http://host/path`, as proxies ask, the path. */
function pathOf(url: string): string {
  const path = url.startsWith('/') ? url : (URL.parse(url)?.pathname ?? url);
  return path.slice(0, path.search(/[?#]|$/));
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function ignore(): void {}
