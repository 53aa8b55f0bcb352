import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import { REFUSAL_HEADER } from '../network.ts';

/** As the gateways want it: rejects with an error that has Node's `code`, or with the signal's reason. */
type Dial = (host: string, port: number, signal: AbortSignal) => Promise<Duplex>;

/** Opens streams through a network of the sandbox, by its URL, from this process or another. */
export function dialThrough(url: string): Dial {
  return (host, port, signal) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const asking = request(url, { method: 'CONNECT', path: `${host}:${port}`, agent: false });
      const leave = () => asking.destroy();
      signal.addEventListener('abort', leave, { once: true });
      const settle = () => signal.removeEventListener('abort', leave);
      asking.on('connect', (response, socket, head) => {
        settle();
        if (response.statusCode === 200) {
          if (head.length > 0) socket.unshift(head);
          return resolve(socket);
        }
        socket.destroy();
        const code = String(response.headers[REFUSAL_HEADER] ?? 'ECONNREFUSED');
        reject(Object.assign(new Error(`connect ${code} ${host}:${port}`), { code }));
      });
      asking.on('error', (error) => {
        settle();
        reject(signal.aborted ? signal.reason : error);
      });
      asking.end();
    });
}
