import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Clock } from '../../src/core/ports/clock.ts';
import type { Machines } from './machines.ts';

/** What a CONNECT is answered with when nothing is there, and what Node calls it. */
const REFUSALS = { refused: 'ECONNREFUSED', silent: 'ETIMEDOUT', unknown: 'ENOTFOUND' } as const;

export const REFUSAL_HEADER = 'x-sandbox-error';

export interface Network {
  /** `http://127.0.0.1:PORT` */
  url: string;
  close(): Promise<void>;
}

/**
 * The way to the machines' invented addresses: HTTP's CONNECT on a loopback port, for this process and for others. It leads
 * to the machines and nowhere else. Where nothing answers, the caller waits as long as TCP would.
 */
export async function createNetwork(
  machines: Pick<Machines, 'connect' | 'timing'>,
  { clock, port = 0 }: { clock: Clock; port?: number },
): Promise<Network> {
  const sockets = new Set<Socket>();
  const closing = new AbortController();
  const server: Server = createServer((_request, response) => {
    response.writeHead(405, { allow: 'CONNECT' }).end('Only CONNECT.\n');
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('connect', (request, socket: Socket, head: Buffer) => {
    const [, host = '', port = ''] = /^\[?([^[\]]+?)\]?:(\d{1,5})$/.exec(request.url ?? '') ?? [];
    const reached = machines.connect(host, Number(port), () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      if (head.length > 0) socket.unshift(head);
      return socket;
    });
    if (reached === 'taken') return;
    const refuse = () => {
      socket.end(`HTTP/1.1 502 Bad Gateway\r\n${REFUSAL_HEADER}: ${REFUSALS[reached]}\r\n\r\n`);
    };
    if (reached !== 'silent') return refuse();
    const gone = new AbortController();
    socket.on('close', () => gone.abort());
    const ending = AbortSignal.any([gone.signal, closing.signal]);
    void clock.sleep(machines.timing.noAnswer, ending).then(() => {
      if (!ending.aborted) refuse();
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${bound}`,
    async close() {
      closing.abort();
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
