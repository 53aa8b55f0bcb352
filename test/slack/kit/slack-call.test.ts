import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { WebClient } from '@slack/web-api';
import { callSlack } from '../../../src/slack/kit/slack-call.ts';
import { silentLogger } from '../../sandbox/slack/harness.ts';

type Handler = (response: ServerResponse, request: IncomingMessage) => void;

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  return new Promise<void>((resolve) => {
    if (server === undefined) return resolve();
    server.close(() => resolve());
    server = undefined;
  });
});

function listen(handle: Handler): Promise<string> {
  const made = createServer((request, response) => handle(response, request));
  server = made;
  return new Promise((resolve) => {
    made.listen(0, '127.0.0.1', () => {
      const at = made.address();
      resolve(`http://127.0.0.1:${typeof at === 'object' && at !== null ? at.port : 0}/api/`);
    });
  });
}

/** Node's own errors are of another realm inside Jest, and the SDK would drop their codes: they are handed on as causes. */
const realmFetch: typeof fetch = (input, init) =>
  fetch(input, init).catch((cause: unknown) => {
    throw new Error('fetch failed', { cause });
  });

function post(slackApiUrl: string, timeout = 20_000) {
  const client = new WebClient('xoxb-1', {
    slackApiUrl,
    timeout,
    fetch: realmFetch,
    logger: silentLogger,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  });
  return callSlack(async () => (await client.chat.postMessage({ channel: 'C1', text: 'x' })).ts);
}

const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Handler =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const says = (status: number, body: string): Handler => {
  return (response) => response.writeHead(status, { 'content-type': 'text/html' }).end(body);
};

describe('what is known after a call', () => {
  it('is the value where Slack took it', async () => {
    expect(await post(await listen(json({ ok: true, ts: '1.2' })))).toEqual({ kind: 'ok', value: '1.2' });
  });

  it.each<[string, Handler, object]>([
    [
      '429 with Retry-After',
      json({ ok: false }, 429, { 'retry-after': '7' }),
      { kind: 'limited', afterMs: 7_000 },
    ],
    ['a limit said with 200', json({ ok: false, error: 'ratelimited' }), { kind: 'limited', afterMs: 5_000 }],
    ['503', says(503, 'not now'), { kind: 'not-done', code: 'http 503' }],
    ['403 of a proxy', says(403, 'no'), { kind: 'not-done', code: 'http 403' }],
    ['service_unavailable', json({ ok: false, error: 'service_unavailable' }), { kind: 'not-done' }],
    ['500', says(500, 'oh'), { kind: 'unknown', code: 'http 500' }],
    ['502', says(502, 'oh'), { kind: 'unknown', code: 'http 502' }],
    ['504', says(504, 'oh'), { kind: 'unknown', code: 'http 504' }],
    ['fatal_error', json({ ok: false, error: 'fatal_error' }), { kind: 'unknown', code: 'fatal_error' }],
    ['internal_error', json({ ok: false, error: 'internal_error' }), { kind: 'unknown' }],
    ['request_timeout', json({ ok: false, error: 'request_timeout' }), { kind: 'unknown' }],
    [
      'a page with 200',
      says(200, '<html>Please log in</html>'),
      { kind: 'unknown', code: 'not an answer of Slack' },
    ],
    ['half of an answer', says(200, '{"ok":tr'), { kind: 'unknown', code: 'not an answer of Slack' }],
    ['an empty answer', says(200, ''), { kind: 'unknown', code: 'not an answer of Slack' }],
    ['a connection that is cut', (_response, request) => request.socket.destroy(), { kind: 'unknown' }],
    [
      'an answer that breaks off',
      (response) => {
        response.writeHead(200, { 'content-length': '1000' }).write('{"ok":');
        setTimeout(() => response.destroy(), 20);
      },
      { kind: 'unknown' },
    ],
    ['a redirection', (response) => response.writeHead(302, { location: '/' }).end(), { kind: 'unknown' }],
    [
      'channel_not_found',
      json({ ok: false, error: 'channel_not_found' }),
      { kind: 'refused', code: 'channel_not_found', details: [] },
    ],
    [
      'invalid_blocks with its places',
      json({ ok: false, error: 'invalid_blocks', response_metadata: { messages: ['[ERROR] here'] } }),
      { kind: 'refused', code: 'invalid_blocks', details: ['[ERROR] here'] },
    ],
    ['invalid_auth', json({ ok: false, error: 'invalid_auth' }), { kind: 'refused', code: 'invalid_auth' }],
  ])(
    '%s',
    async (_what, handle, expected) => {
      // Far above what it takes, for a machine that is busy.
      expect(await post(await listen(handle), 20_000)).toMatchObject(expected);
    },
    30_000,
  );

  it.each<[string, Handler, object]>([
    ['no answer', () => undefined, { kind: 'unknown', code: 'no answer' }],
    [
      'an answer that never ends',
      (response) => response.writeHead(200, { 'content-length': '1000' }).write('{"ok":'),
      { kind: 'unknown' },
    ],
  ])('ends with its time: %s', async (_what, handle, expected) => {
    expect(await post(await listen(handle), 250)).toMatchObject(expected);
  });

  it('is that nothing was done where nobody listens', async () => {
    const url = await listen(() => undefined);
    const gone = server;
    await new Promise<void>((resolve) => (gone === undefined ? resolve() : gone.close(() => resolve())));
    server = undefined;
    expect(await post(url)).toEqual({ kind: 'not-done', code: 'ECONNREFUSED' });
  });

  it('is nothing where the call itself fails in a way nobody thought of', async () => {
    expect(await callSlack(() => Promise.reject(new Error('?')))).toEqual({
      kind: 'unknown',
      code: 'no answer',
    });
  });
});
