import type { Socket } from 'node:net';

/** Destroys the socket when the signal aborts. */
export function endsWith(socket: Socket, signal: AbortSignal): void {
  const end = () => socket.destroy();
  signal.addEventListener('abort', end, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', end));
}
