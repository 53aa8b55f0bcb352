import { once } from 'node:events';
import { parseBuildUrls } from '../../../src/core/cleanup/builds.ts';
import { ProblemError } from '../../../src/core/problems/problem.ts';
import { createBuildsApi } from '../../../src/gateways/builds-api/builds-api.ts';
import { handClock } from '../../hand-clock.ts';
import { circleci, json, listed, TOKEN } from './circleci.ts';

const { signal } = new AbortController();
const AT = Date.parse('2026-11-23T03:14:00Z');

/** The problem, which must not hold the token in anything that is logged of it. */
async function problemOf(work: Promise<unknown>): Promise<unknown> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProblemError)) return error;
  expect(JSON.stringify([error.problem, error.message, String(error.cause)])).not.toContain(TOKEN);
  return error.problem;
}

describe('what has not ended', () => {
  test('is stuck, later or waiting', async () => {
    await using ci = await circleci((_path, response) =>
      json(response, [
        listed(5, { start_time: '2026-11-23T03:14:00.001Z' }),
        listed(4, {
          start_time: '2026-11-23T03:14:00Z',
          branch: null,
          user: null,
          author_name: 'Ben  \n B.',
        }),
        listed(3, { vcs_type: 'bitbucket', start_time: '2026-11-22T23:00:00-03:00' }),
        listed(2, { lifecycle: 'queued', start_time: null }),
        listed(1, { lifecycle: 'scheduled', start_time: null, queued_at: null }),
        listed(9, { lifecycle: 'not_running', start_time: null }),
        listed(10, { lifecycle: 'finished', stop_time: '2026-11-23T03:10:00Z' }),
        listed(11, { stop_time: '2026-11-23T03:10:00Z' }),
        listed(12, { lifecycle: 'not_run', start_time: null }),
      ]),
    );
    const found = await ci.api().unfinished({ before: AT, signal });
    expect(found.stuck).toEqual([
      {
        build: { vcs: 'bb', org: 'acme', project: 'web', number: 3, url: `${ci.url}/bb/acme/web/3` },
        branch: 'main',
        author: 'ana',
        startedAt: Date.parse('2026-11-23T02:00:00Z'),
      },
      {
        build: { vcs: 'gh', org: 'acme', project: 'web', number: 4, url: `${ci.url}/gh/acme/web/4` },
        author: 'Ben B.',
        startedAt: AT,
      },
    ]);
    expect(found.later.map(({ build }) => build.number)).toEqual([5]);
    expect(found.waiting.map(({ build, state, queuedAt }) => [build.number, state, queuedAt])).toEqual([
      [2, 'queued', Date.parse('2026-11-23T03:00:00Z')],
      [1, 'scheduled', undefined],
      [9, 'not_running', Date.parse('2026-11-23T03:00:00Z')],
    ]);
    expect(found).toMatchObject({ unreadable: 0, looked: 9, isAll: true });
    expect(ci.asked).toEqual(['/api/v1.1/recent-builds?limit=100&offset=0&shallow=true']);
    expect(ci.headers[0]).toMatchObject({ accept: 'application/json', 'circle-token': TOKEN });
  });

  test('is all stuck where no time is given', async () => {
    await using ci = await circleci((_path, response) => json(response, [listed(1), listed(2)]));
    expect((await ci.api().unfinished({ signal })).stuck).toHaveLength(2);
  });

  test('comes in pages, and a build that moved from one to the next counts once', async () => {
    const numbers = [...Array(100).keys()];
    await using ci = await circleci((path, response) => {
      const offset = Number(/offset=(\d+)/.exec(path)?.[1]);
      const page = offset < 200 ? numbers.map((n) => listed(1_000 - offset - n + (offset > 0 ? 1 : 0))) : [];
      json(response, page);
    });
    const told: number[] = [];
    const found = await ci.api().unfinished({ signal, onPage: (looked) => told.push(looked) });
    expect(found.stuck).toHaveLength(199);
    expect(found).toMatchObject({ looked: 200, isAll: true });
    expect(told).toEqual([100, 200, 200]);
  });

  test('is not all of it where there is no end', async () => {
    await using ci = await circleci((_path, response) =>
      json(
        response,
        Array.from({ length: 100 }, () => listed(1)),
      ),
    );
    const found = await ci.api().unfinished({ signal });
    expect(found).toMatchObject({ looked: 10_000, isAll: false });
    expect(ci.asked).toHaveLength(100);
  });

  test.each<[string, unknown]>([
    ['nothing', null],
    ['a text', 'build'],
    ['no number', listed(1, { build_num: 'x', build_url: null })],
    ['a number out of range', listed(0)],
    ['a project that leads elsewhere', listed(1, { reponame: '../../x' })],
    ['a name that ends a string', listed(1, { username: 'a")(x "' })],
    ['another version control', listed(1, { vcs_type: 'svn' })],
    ['a time that is none', listed(1, { start_time: 'yesterday' })],
    ['running without a start', listed(1, { start_time: null })],
    ['no lifecycle', listed(1, { lifecycle: undefined, status: undefined })],
  ])('an entry with %s is counted and not shown', async (_, entry) => {
    await using ci = await circleci((_path, response) => json(response, [entry, listed(2)]));
    const found = await ci.api().unfinished({ signal });
    expect(found.unreadable).toBe(1);
    expect(found.stuck.map(({ build }) => build.number)).toEqual([2]);
  });
});

test('what is still running is asked project by project', async () => {
  await using ci = await circleci((path, response) => {
    if (path.includes('/acme/secret?')) return json(response, { message: 'Project not found' }, 404);
    if (path.includes('/ACME/web?')) return json(response, [listed(1, { username: 'Acme' })]);
    const page = [listed(1), listed(2, { stop_time: '2026-11-23T03:10:00Z' }), listed(9)];
    return json(response, path.includes('/acme/web?') ? page : []);
  });
  const paths = [
    'gh/acme/web/1',
    'gh/acme/web/2',
    'gh/acme/web/3',
    'bb/acme/api.x/1',
    'gh/acme/secret/1',
    'gh/ACME/web/1',
    'gh/ACME/web/2',
  ];
  const { builds } = parseBuildUrls(paths.map((path) => `${ci.url}/${path}`).join(' '), ci.url);
  const states = await ci.api().stillRunning(builds, { signal });
  expect(paths.map((path) => states.get(`${ci.url}/${path}`))).toEqual([
    'running',
    'not-running',
    'not-running',
    'not-running',
    'unknown',
    // CircleCI finds the project, and lists the first of them with other letters.
    'unknown',
    'not-running',
  ]);
  expect(ci.asked).toEqual([
    '/api/v1.1/project/github/acme/web?limit=100&offset=0&filter=running',
    '/api/v1.1/project/bitbucket/acme/api.x?limit=100&offset=0&filter=running',
    '/api/v1.1/project/github/acme/secret?limit=100&offset=0&filter=running',
    '/api/v1.1/project/github/ACME/web?limit=100&offset=0&filter=running',
  ]);
});

describe('trouble', () => {
  test.each([500, 502, 503, 429])('HTTP %d is asked again, with growing pauses', async (status) => {
    await using ci = await circleci((_path, response, n) =>
      n < 4 ? response.writeHead(status).end('busy') : json(response, [listed(1)]),
    );
    expect((await ci.api().unfinished({ signal })).stuck).toHaveLength(1);
    expect(ci.slept).toEqual([1_000, 2_000, 4_000]);
  });

  test('waits as long as it is asked to, within reason', async () => {
    await using ci = await circleci((_path, response, n) => {
      if (n > 3) return json(response, []);
      response
        .writeHead(429, { 'retry-after': ['7', '9999', 'Wed, 21 Oct 2026 07:28:00 GMT'][n - 1] ?? '' })
        .end();
    });
    await ci.api().unfinished({ signal });
    expect(ci.slept).toEqual([7_000, 60_000, 4_000]);
  });

  test('that does not heal is said', async () => {
    await using ci = await circleci((_path, response) => response.writeHead(503).end());
    const url = `${ci.url}/api/v1.1/recent-builds`;
    const problem = { code: 'builds-api-failed', url, status: 503 };
    expect(await problemOf(ci.api().unfinished({ signal }))).toEqual(problem);
    expect(ci.asked).toHaveLength(5);
  });

  test.each([401, 403])('HTTP %d: the token is not taken', async (status) => {
    await using ci = await circleci((_path, response) => json(response, { message: TOKEN }, status));
    const url = `${ci.url}/api/v1.1/recent-builds`;
    expect(await problemOf(ci.api().unfinished({ signal }))).toEqual({
      code: 'builds-api-refused',
      url,
      status,
    });
    expect(ci.asked).toHaveLength(1);
  });

  test('a redirect is not followed: the token would go along', async () => {
    await using elsewhere = await circleci((_path, response) => json(response, []));
    await using ci = await circleci((path, response) =>
      response.writeHead(302, { location: `${elsewhere.url}${path}` }).end(),
    );
    const url = `${ci.url}/api/v1.1/recent-builds`;
    expect(await problemOf(ci.api().unfinished({ signal }))).toEqual({
      code: 'builds-api-failed',
      url,
      status: 302,
    });
    expect(elsewhere.asked).toEqual([]);
  });

  test.each([
    ['edn', '({:build_num 1, :lifecycle :running})'],
    ['edn', '[{:build_num 1}]'],
    ['html', '\n<!doctype html><title>Sign in</title>'],
    ['no-json', '[{"build_num": 1'],
    ['no-json', ''],
    ['no-list', '{"message": "hello"}'],
  ])('an answer that is %s: %s', async (why, body) => {
    await using ci = await circleci((_path, response) => response.end(body));
    const url = `${ci.url}/api/v1.1/recent-builds`;
    expect(await problemOf(ci.api().unfinished({ signal }))).toEqual({
      code: 'builds-api-unreadable',
      url,
      why,
    });
    expect(ci.asked).toHaveLength(1);
  });

  test('an answer without an end is given up', async () => {
    const chunk = `"${'x'.repeat(1024 * 1024)}",`;
    await using ci = await circleci(async (_path, response) => {
      response.write('[');
      while (!response.destroyed)
        if (!response.write(chunk)) await once(response, 'drain').catch(() => undefined);
    });
    const url = `${ci.url}/api/v1.1/recent-builds`;
    const problem = { code: 'builds-api-unreadable', url, why: 'too-large' };
    expect(await problemOf(ci.api().unfinished({ signal }))).toEqual(problem);
  });

  test('an answer that breaks off is asked for again', async () => {
    await using ci = await circleci((_path, response, n) => {
      if (n > 1) return json(response, [listed(1)]);
      response.writeHead(200, { 'content-length': '1000' }).write('[');
      setImmediate(() => response.destroy());
    });
    expect((await ci.api().unfinished({ signal })).stuck).toHaveLength(1);
  });

  test('no answer at all', async () => {
    await using ci = await circleci(() => undefined);
    expect(await problemOf(ci.api(ci.url, 20).unfinished({ signal }))).toEqual({
      code: 'builds-api-unreachable',
      url: `${ci.url}/api/v1.1/recent-builds`,
      sinceMs: 15_000,
      last: 'no answer within 0 s',
    });
  });

  test('nobody listens', async () => {
    const ci = await circleci(() => undefined);
    await ci[Symbol.asyncDispose]();
    expect(await problemOf(ci.api().unfinished({ signal }))).toMatchObject({
      code: 'builds-api-unreachable',
      last: 'ECONNREFUSED',
    });
  });

  test('a certificate that is not trusted is not asked again', async () => {
    let asked = 0;
    const api = createBuildsApi({
      fetch() {
        asked += 1;
        const cause = Object.assign(new Error('self-signed'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
        return Promise.reject(new TypeError('fetch failed', { cause }));
      },
      clock: handClock(0),
      circleciUrl: 'https://ci.example.com',
      token: TOKEN,
    });
    expect(await problemOf(api.unfinished({ signal }))).toEqual({
      code: 'builds-api-untrusted',
      url: 'https://ci.example.com/api/v1.1/recent-builds',
      last: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    expect(asked).toBe(1);
  });

  test('a stop ends the wait', async () => {
    const stop = new AbortController();
    const reason = new Error('stopped');
    await using ci = await circleci(() => stop.abort(reason));
    expect(await problemOf(ci.api().unfinished({ signal: stop.signal }))).toBe(reason);
  });
});
