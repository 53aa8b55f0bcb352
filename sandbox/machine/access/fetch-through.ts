import { type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import { dialThrough } from './dial-through.ts';

/**
 * `fetch` through a network of the sandbox, as far as a gateway needs it: GET, headers, no redirects. The machines have made
 * their certificates themselves, and a person would have given those to the bot (NODE_EXTRA_CA_CERTS): here all are trusted.
 */
export function fetchThrough(network: string): typeof fetch {
  const dial = dialThrough(network);
  return async (input, init) => {
    const asked = new Request(input, init);
    const { signal } = asked;
    const url = new URL(asked.url);
    const isSecure = url.protocol === 'https:';
    const port = Number(url.port === '' ? (isSecure ? 443 : 80) : url.port);
    const plain = await dial(url.hostname, port, signal);
    const leave = () => plain.destroy();
    signal.addEventListener('abort', leave, { once: true });
    try {
      const socket = isSecure
        ? connect({ socket: plain, servername: url.hostname, rejectUnauthorized: false })
        : plain;
      const answer = await get(socket, url, asked.headers);
      const body = await textOf(answer);
      const { statusCode = 0, headers } = answer;
      return new Response(statusCode === 204 || statusCode === 304 ? null : body, {
        status: statusCode,
        headers: Object.entries(headers).flatMap(([name, value]): [string, string][] =>
          typeof value === 'string' ? [[name, value]] : [],
        ),
      });
    } catch (error) {
      signal.throwIfAborted();
      throw new TypeError('fetch failed', { cause: error });
    } finally {
      signal.removeEventListener('abort', leave);
      plain.destroy();
    }
  };
}

function get(socket: Duplex, url: URL, headers: Headers): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asking = request({
      createConnection: () => socket,
      path: `${url.pathname}${url.search}`,
      headers: { ...Object.fromEntries(headers), host: url.host, connection: 'close' },
    });
    socket.on('error', reject);
    asking.on('error', reject);
    asking.on('response', resolve);
    asking.end();
  });
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
