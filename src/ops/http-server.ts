import { lstatSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
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
  /**
   * Rejects when the port is taken. Gives the port, for `port: 0`. A socket of the file system is for this user alone; one that lies
   * there already, and at which nobody listens, is a left-over.
   */
  start(at: { port: number; host?: string | undefined } | { socket: string }): Promise<number>;
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
    start: (at) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        const listening = () => {
          server.off('error', reject);
          server.on('error', (error) => log.error({ err: error }, 'a server could not take a connection'));
          resolve(portOf(server));
        };
        if ('socket' in at)
          removeLeftOver(at.socket).then(() => listenAlone(server, at.socket, listening), reject);
        else server.listen(at.port, at.host, listening);
      }),
    stop: ({ now = false } = {}) =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if (now) server.closeAllConnections();
        else server.closeIdleConnections();
      }),
  };
}

async function removeLeftOver(socket: string): Promise<void> {
  if (!lstatSync(socket, { throwIfNoEntry: false })?.isSocket()) return;
  const isAnswered = await new Promise<boolean>((resolve) => {
    const connection = connect(socket);
    connection.once('error', () => resolve(false));
    connection.once('connect', () => {
      connection.destroy();
      resolve(true);
    });
  });
  if (!isAnswered) rmSync(socket, { force: true });
}

/** The socket is made within the call, so that nobody can open it before its mode is the one that it keeps. */
function listenAlone(server: Server, socket: string, listening: () => void): void {
  const before = process.umask(0o177);
  try {
    server.listen(socket, listening);
  } finally {
    process.umask(before);
  }
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
