import { connect } from 'node:net';

export interface Told {
  /** Everything that came back, one character a byte. */
  text: string;
  /** How long the other side kept the connection, in ms. */
  keptMs: number;
}

/**
 * Sends these pieces over a bare socket, each when the one before has left, and waits until the other side closes the connection, or
 * until `giveUpMs` are over. Never rejects: a connection that is reset has been closed.
 */
export function sendRaw(
  port: number,
  pieces: readonly (string | Buffer)[],
  { giveUpMs = 5_000, until = /$^/ }: { giveUpMs?: number; until?: RegExp } = {},
): Promise<Told> {
  return new Promise((resolve) => {
    const since = Date.now();
    let text = '';
    const socket = connect({ port, host: '127.0.0.1' });
    const end = () => {
      clearTimeout(limit);
      socket.destroy();
      resolve({ text, keptMs: Date.now() - since });
    };
    const limit = setTimeout(end, giveUpMs);
    socket.on('error', end);
    socket.on('close', end);
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (until.test(text)) end();
    });
    const [first, ...more] = pieces;
    const next = (piece: string | Buffer | undefined) => {
      if (piece === undefined || socket.destroyed) return;
      socket.write(piece, () => setImmediate(() => next(more.shift())));
    };
    socket.on('connect', () => next(first));
  });
}
