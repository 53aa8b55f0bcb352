import { createServer as createHttp } from 'node:http';
import { type AddressInfo, createServer as createTcp, type Server } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { selfSigned } from '../../sandbox/machine/circleci/certificate.ts';
import { dialTcp } from '../../src/gateways/ssh/dial.ts';
import { createProbeWeb } from '../../src/gateways/web-probe.ts';

const probe = createProbeWeb(dialTcp);
const servers: Server[] = [];
const sockets = new Set<{ destroy(): void }>();

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const ask = (
  port: number,
  scheme: 'http' | 'https',
  timeoutMs = 20_000,
  signal = new AbortController().signal,
) =>
  probe({ ip: '127.0.0.1', port, scheme, host: 'ci.example.com', path: '/settings' }, { signal, timeoutMs });

describe('a probe of the web', () => {
  it('asks the machine for the host and path that people will use, and takes any status for an answer', async () => {
    const seen: unknown[] = [];
    const port = await listening(
      createHttp((request, response) => {
        seen.push([request.headers.host, request.url]);
        response.writeHead(404).end('nothing here');
      }),
    );
    expect(await ask(port, 'http')).toEqual({ answered: true, status: 404 });
    expect(seen).toEqual([['ci.example.com', '/settings']]);
  });

  it('takes a certificate of the machine’s own, and says whose it is', async () => {
    const http = createHttp((_request, response) => response.end('hello'));
    const port = await listening(
      createTls(selfSigned('ci.example.com'), (socket) => void http.emit('connection', socket)),
    );
    expect(await ask(port, 'https')).toEqual({
      answered: true,
      status: 200,
      certificate: { subject: 'ci.example.com', trusted: false },
    });
  });

  it('says in words what does not answer', async () => {
    const plain = await listening(createHttp((_request, response) => response.end()));
    expect(await ask(plain, 'https')).toEqual({ answered: false, why: 'no TLS at that port' });
    const rude = await listening(createTcp((socket) => socket.destroy()));
    expect(await ask(rude, 'http')).toEqual({ answered: false, why: 'the connection broke off' });
    expect(await ask(rude, 'https')).toMatchObject({ answered: false });
    const chatty = await listening(createTcp((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')));
    expect(await ask(chatty, 'http')).toMatchObject({ answered: false });
    const silent = await listening(createTcp(() => {}));
    expect(await ask(silent, 'http', 200)).toEqual({ answered: false, why: 'no answer in time' });
    expect(await ask(silent, 'https', 200)).toEqual({ answered: false, why: 'no answer in time' });
    const [closed] = servers;
    if (closed === undefined) throw new Error('there is no server');
    await new Promise((resolve) => {
      closed.close(resolve);
      for (const socket of sockets) socket.destroy();
    });
    servers.shift();
    expect(await ask(plain, 'http')).toEqual({ answered: false, why: 'connection refused' });
  });

  it('ends with the reason of whoever stops it', async () => {
    const silent = await listening(createTcp(() => {}));
    const stopping = new AbortController();
    const asking = ask(silent, 'http', 20_000, stopping.signal);
    stopping.abort(new Error('the process is stopping'));
    await expect(asking).rejects.toThrow('the process is stopping');
  });
});
