import { createServer } from 'node:http';
import { createPing } from '../../src/gateways/ping.ts';
import { createLog } from '../../src/ops/log.ts';
import { listenOnLoopback, readBody } from '../peers/http.ts';

const SECRET = '5f0c2d9a-the-secret-of-the-switch';

/** A dead-man switch at the wire; `answer` gives the status of the n-th request, or none at all. */
async function world(answer: (n: number) => number | 'silence' = () => 200) {
  const got: string[] = [];
  const server = createServer(async (request, response) => {
    got.push(`${request.method} ${request.url} ${await readBody(request)}`);
    const status = answer(got.length);
    if (status === 'silence') return;
    response.writeHead(status).end('OK');
  });
  const url = `${await listenOnLoopback(server)}/${SECRET}`;
  const lines: string[] = [];
  const log = createLog({
    level: 'debug',
    redact: (text) => text,
    destination: { write: (line) => void lines.push(line) },
  });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    got,
    lines,
    close,
    /** What the log says of each try, without its stacks. */
    said: () => lines.map((line): { msg: string; status?: number } => JSON.parse(line)),
    url,
    ping: (to = url, redact = (text: string) => text, timeoutMs = 20_000) =>
      createPing(to, { fetch, log, redact, timeoutMs }),
    async [Symbol.asyncDispose]() {
      await close();
      expect(lines.join('')).not.toContain(SECRET);
    },
  };
}

test('start, success and fail have their paths, and a short body', async () => {
  await using switchboard = await world();
  const ping = switchboard.ping();
  for (const what of ['start', 'success', 'fail'] as const) {
    ping.tell(what, `prod: ${what}`);
    await ping.settled();
  }
  expect(switchboard.got).toEqual([
    `POST /${SECRET}/start prod: start`,
    `POST /${SECRET} prod: success`,
    `POST /${SECRET}/fail prod: fail`,
  ]);
  expect(switchboard.lines).toEqual([]);
});

test('a slash at the end of the URL changes nothing', async () => {
  await using switchboard = await world();
  const ping = switchboard.ping(`${switchboard.url}/`);
  ping.tell('success', 'done');
  ping.tell('fail', 'failed');
  await ping.settled();
  expect(switchboard.got.sort()).toEqual([`POST /${SECRET} done`, `POST /${SECRET}/fail failed`]);
});

test('what it is told goes out without secrets, and is cut', async () => {
  await using switchboard = await world();
  const ping = switchboard.ping(undefined, (text) => text.replaceAll('hunter2', '•••'));
  ping.tell('fail', `hunter2 ${'x'.repeat(9_000)}`);
  await ping.settled();
  expect(switchboard.got[0]).toContain('/fail ••• xxx');
  expect(switchboard.got[0]).not.toContain('hunter2');
  expect(switchboard.got[0]?.length).toBeLessThan(2_100);
});

test('a refusal is tried three times, logged, and forgotten', async () => {
  await using switchboard = await world(() => 500);
  const ping = switchboard.ping();
  ping.tell('success', 'done');
  await ping.settled();
  expect(switchboard.got).toHaveLength(3);
  expect(switchboard.said()).toMatchObject(
    [1, 2, 3].map((attempt) => ({ level: 'warn', status: 500, attempt, what: 'success' })),
  );
});

test('one that heals is not told again', async () => {
  await using switchboard = await world((n) => (n === 1 ? 503 : 200));
  const ping = switchboard.ping();
  ping.tell('success', 'done');
  await ping.settled();
  expect(switchboard.got).toHaveLength(2);
  expect(switchboard.lines).toHaveLength(1);
});

test('a switch that never answers holds up nobody', async () => {
  await using switchboard = await world(() => 'silence');
  const ping = switchboard.ping(undefined, undefined, 500);
  const began = performance.now();
  ping.tell('start', 'begins');
  ping.tell('success', 'done');
  expect(performance.now() - began).toBeLessThan(500);
  await ping.settled();
  expect(switchboard.said()).toHaveLength(6);
  expect(switchboard.said()[0]).toMatchObject({ err: { type: 'TimeoutError' } });
  // Nothing is left under way.
  await ping.settled();
});

test('a switch that is gone is logged without its address’s secret', async () => {
  await using switchboard = await world();
  await switchboard.close();
  const ping = switchboard.ping();
  ping.tell('fail', 'prod: failed');
  await ping.settled();
  expect(switchboard.said()).toHaveLength(3);
  expect(switchboard.lines[0]).toContain('ECONNREFUSED');
});
