import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** Opens a byte stream to a host and port. Rejects with Node's error, or the signal's reason. */
export type Dial = (host: string, port: number, signal: AbortSignal) => Promise<Duplex>;

export const dialTcp: Dial = (host, port, signal) =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = connect({ host, port });
    const leave = () => socket.destroy(signal.reason instanceof Error ? signal.reason : undefined);
    signal.addEventListener('abort', leave, { once: true });
    const settle = () => signal.removeEventListener('abort', leave);
    socket.once('error', (error) => {
      settle();
      reject(signal.aborted ? signal.reason : error);
    });
    socket.once('connect', () => {
      settle();
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
