import { connect } from 'node:net';
import { createHttpServer, type HttpLimits, type HttpServer, refuse } from '../../src/ops/http-server.ts';
import { STRANGERS, UNENDED } from '../faults/strangers.ts';
import { sendRaw } from '../faults/wire.ts';

/** Wall time, as the wire has no other. */
const SHORT: HttpLimits = { requestMs: 300, silentMs: 500, lookEveryMs: 50, connections: 20 };

let server: HttpServer;
let port: number;
const seen: string[] = [];

async function serve(limits: HttpLimits): Promise<void> {
  server = createHttpServer(
    ({ method, path, body }, _request, response) => {
      seen.push(`${method} ${path} ${body.length}`);
      if (path === '/throws') throw new Error('of the handler');
      if (path === '/hangs') return;
      refuse(response, path === '/here' ? 200 : 404);
    },
    { limits },
  );
  port = await server.start({ port: 0, host: '127.0.0.1' });
}
afterEach(() => server.stop({ now: true }));

async function answers(): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/here?x=1`);
  return response.status === 200;
}

describe('whatever comes is answered or cut off', () => {
  beforeEach(() => serve(SHORT));

  it.each(STRANGERS)('$name', async ({ pieces, status }) => {
    const { text } = await sendRaw(port, pieces, {
      until: new RegExp(`^HTTP/1\\.1 (?:${status.source})`, status.flags),
    });
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 (?:${status.source})`, status.flags));
    expect(await answers()).toBe(true);
  });

  it.each(UNENDED)('$name, and no more', async ({ pieces }) => {
    const { keptMs, text } = await sendRaw(port, pieces);
    expect(keptMs).toBeLessThan(2_500);
    expect(text).toMatch(/^(?:HTTP\/1\.1 (?:408|400)|$)/);
    expect(await answers()).toBe(true);
  });

  it('a byte at a time', async () => {
    const slow = Array.from(`POST /here HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n`);
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('error', () => undefined);
    const since = Date.now();
    const drip = setInterval(() => socket.write(slow.shift() ?? 'a'), 20);
    await new Promise((resolve) => socket.on('close', resolve));
    clearInterval(drip);
    expect(Date.now() - since).toBeLessThan(2_500);
  });

  it('a handler that throws', async () => {
    expect((await fetch(`http://127.0.0.1:${port}/throws`)).status).toBe(500);
    expect(await answers()).toBe(true);
  });

  it('a handler that does not answer', async () => {
    const { keptMs } = await sendRaw(port, ['GET /hangs HTTP/1.1\r\nHost: x\r\n\r\n']);
    expect(keptMs).toBeLessThan(2_500);
  });

  it('who goes before the answer', async () => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('error', () => undefined);
    await new Promise<void>((resolve) =>
      socket.write('GET /hangs HTTP/1.1\r\nHost: x\r\n\r\n', () => resolve()),
    );
    socket.resetAndDestroy();
    expect(await answers()).toBe(true);
  });
});

describe('connections', () => {
  interface Held {
    answered: Promise<unknown>;
    closed: Promise<unknown>;
    let: () => void;
  }

  function hold(count: number, first: string): Held[] {
    return Array.from({ length: count }, () => {
      const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(first));
      socket.on('error', () => undefined);
      const heard = (event: string) => new Promise((resolve) => socket.once(event, resolve));
      return { answered: heard('data'), closed: heard('close'), let: () => socket.destroy() };
    });
  }

  it('that are held with slow bodies make room in time', async () => {
    await serve(SHORT);
    const held = hold(60, 'POST /here HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc');
    await Promise.all(held.map(({ closed }) => closed));
    expect(await answers()).toBe(true);
  });

  it('that are kept alive for nothing make room at once', async () => {
    await serve({ ...SHORT, requestMs: 60_000, silentMs: 60_000 });
    const idle = hold(20, 'GET /here HTTP/1.1\r\nHost: x\r\n\r\n');
    await Promise.all(idle.map(({ answered }) => answered));
    // The first that finds no place makes it.
    await sendRaw(port, ['GET /here HTTP/1.1\r\nHost: x\r\n\r\n'], { until: /200/ });
    const { text } = await sendRaw(port, ['GET /here HTTP/1.1\r\nHost: x\r\n\r\n'], { until: /200/ });
    expect(text).toMatch(/^HTTP\/1\.1 200/);
    for (const one of idle) one.let();
  });
});

test('a proxy that names the whole address reaches the path', async () => {
  await serve(SHORT);
  const { text } = await sendRaw(port, ['GET http://bot.example/here?x HTTP/1.1\r\nHost: x\r\n\r\n'], {
    until: /HTTP/,
  });
  expect(text).toMatch(/^HTTP\/1\.1 200/);
});
