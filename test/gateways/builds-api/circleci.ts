import { createServer, type ServerResponse } from 'node:http';
import { createBuildsApi } from '../../../src/gateways/builds-api/builds-api.ts';
import { handClock } from '../../hand-clock.ts';
import { listenOnLoopback } from '../../peers/http.ts';

export const TOKEN = 'a-token-of-circleci-0123';

/** What CircleCI lists of a build, in the fields that are read and some more. */
export function listed(number: number, change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    build_num: number,
    build_url: `https://old.example.com/gh/acme/web/${number}`,
    username: 'acme',
    reponame: 'web',
    vcs_type: 'github',
    lifecycle: 'running',
    status: 'running',
    outcome: null,
    queued_at: '2026-11-23T03:00:00.000Z',
    start_time: '2026-11-23T03:01:00.000Z',
    stop_time: null,
    branch: 'main',
    user: { login: 'ana', is_user: true },
    steps: [],
    ...change,
  };
}

/** CircleCI's API at the wire; `answer` handles the n-th request. Its clock does not wait: it keeps what was slept. */
export async function circleci(answer: (path: string, response: ServerResponse, n: number) => void) {
  const asked: string[] = [];
  const headers: Record<string, unknown>[] = [];
  const slept: number[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    headers.push(request.headers);
    answer(request.url ?? '', response, asked.length);
  });
  const url = await listenOnLoopback(server);
  const hand = handClock(0);
  const clock = {
    now: hand.now,
    async sleep(ms: number) {
      slept.push(ms);
      await hand.advance(ms);
    },
  };
  return {
    url,
    asked,
    headers,
    slept,
    api: (circleciUrl = url, timeoutMs = 30_000) =>
      createBuildsApi({ fetch, clock, circleciUrl, token: TOKEN, timeoutMs }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
