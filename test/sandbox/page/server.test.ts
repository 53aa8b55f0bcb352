import { readdirSync, readFileSync } from 'node:fs';
import { createPage, type Page } from '../../../sandbox/page/server.ts';
import { ANA, BEN, type FakeSlack, OPS } from './fake-slack.ts';
import { send } from './post.ts';
import { createScene, openRestoreForm } from './scene.ts';

let slack: FakeSlack;
let page: Page;
let extrasRun: string[];

beforeEach(async () => {
  slack = createScene();
  extrasRun = [];
  page = await createPage({
    slack,
    command: '/circleci-backup',
    extras: [
      {
        id: 'throttle',
        label: 'EC2: throttle',
        help: 'Five calls fail.',
        run: () => void extrasRun.push('throttle'),
      },
      {
        id: 'cut',
        label: 'Slack: cut the socket',
        help: 'It comes back.',
        run: () => Promise.reject(new Error('There is no socket to cut.')),
      },
    ],
  });
});
afterEach(() => page.close());

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  send(new URL(path, page.url).href, { body, headers });

describe('files', () => {
  it.each([
    ['/', 'text/html; charset=utf-8'],
    ['/app.js', 'text/javascript; charset=utf-8'],
    ['/styles/style.css', 'text/css; charset=utf-8'],
    ['/icon.svg', 'image/svg+xml'],
  ])('serves %s as %s under a strict policy', async (path, type) => {
    const response = await fetch(new URL(path, page.url));
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    await response.arrayBuffer();
  });

  it.each(['/server.ts', '/..%2fserver.ts', '/%2e%2e/server.ts', '/assets', '/constructor', '/__proto__'])(
    'has nothing at %s',
    async (path) => {
      const answer = await send(page.url.slice(0, -1) + path, { method: 'GET' });
      expect(answer.status).toBe(404);
    },
  );

  it('names no address outside: only the namespace of SVG', () => {
    const folder = new URL('../../../sandbox/page/assets/', import.meta.url);
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((one) =>
      /\.\w+$/.test(one),
    );
    const found = names.flatMap((name) =>
      (
        readFileSync(new URL(name, folder), 'utf8').match(
          /(?:https?:|["'(])\/\/[a-z0-9-]+\.[a-z][^\s'"`)]*/g,
        ) ?? []
      )
        .filter((address) => !address.startsWith('https://docs.slack.dev/'))
        .map((address) => address.replace(/[<>].*/, '')),
    );
    expect(new Set(found)).toEqual(new Set(['http://www.w3.org/2000/svg']));
  });

  it('builds the page from text nodes alone', () => {
    const folder = new URL('../../../sandbox/page/assets/', import.meta.url);
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((one) =>
      one.endsWith('.js'),
    ))
      expect(readFileSync(new URL(name, folder), 'utf8')).not.toMatch(
        /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment/,
      );
  });
});

describe('who may ask', () => {
  const command = { user: ANA, channel: OPS, text: 'now' };

  it.each([
    ['a form of another site', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['no content type', { 'content-type': '' }, 415],
    ['another origin', { origin: 'https://elsewhere.example' }, 403],
    ['the origin of a sandboxed frame', { origin: 'null' }, 403],
    ['no origin', { origin: '' }, 403],
    ['a foreign name for this address', { host: 'rebound.example', origin: 'http://rebound.example' }, 403],
  ])('refuses %s', async (_, headers, status) => {
    const answer = await post('/command', command, headers);
    expect(answer.status).toBe(status);
    expect(slack.received).toEqual([]);
  });

  it('refuses to show the state under a foreign name', async () => {
    const answer = await send(`${page.url}state`, { method: 'GET', headers: { host: 'rebound.example' } });
    expect(answer.status).toBe(403);
  });

  it.each([
    ['no JSON', '{', 400],
    ['another shape', { user: 7 }, 400],
    ['too much', { user: ANA, channel: OPS, text: 'x'.repeat(70_000) }, 413],
  ])('refuses a body with %s', async (_, body, status) => {
    expect((await post('/command', body)).status).toBe(status);
  });

  it('answers other methods and addresses', async () => {
    expect((await send(page.url, { method: 'PUT' })).status).toBe(405);
    expect((await post('/nowhere', {})).status).toBe(404);
  });
});

describe('what people do', () => {
  const only = (text: string) => slack.messages(OPS).find((message) => message.text.includes(text));

  it('types a command', async () => {
    const answer = await post('/command', { user: ANA, channel: OPS, text: 'now prod' });
    expect(answer).toEqual({ status: 200, json: { delivered: true } });
    expect(slack.received).toEqual([
      { what: 'command', user: ANA, detail: { channel: OPS, text: 'now prod', command: '/circleci-backup' } },
    ]);
  });

  it('types a command to the app itself, in the conversation of that person', async () => {
    await post('/command', { user: BEN, channel: 'app', text: 'status' });
    expect(slack.received[0]?.detail.channel).toBe('D0BEN');
  });

  it('learns that the app did not answer in time', async () => {
    slack.answer(() => ({}));
    expect(await post('/command', { user: ANA, channel: OPS, text: '' })).toEqual({
      status: 200,
      json: { delivered: false },
    });
  });

  it('does not type into a channel it cannot see, nor as someone unknown', async () => {
    expect((await post('/command', { user: BEN, channel: 'G0ANA', text: '' })).status).toBe(404);
    expect((await post('/command', { user: 'U0NOBODY', channel: OPS, text: '' })).status).toBe(404);
  });

  it('presses a button, with the block it is in', async () => {
    const ts = only('waits for approval')?.ts;
    const on = { message: { channel: OPS, ts } };
    await post('/act', { user: BEN, on, actionId: 'approve', choice: { blockId: 'decide' } });
    expect(slack.received[0]).toMatchObject({
      what: 'act',
      user: BEN,
      detail: { on: { message: { ts } }, actionId: 'approve', choice: { blockId: 'decide' } },
    });
  });

  it('cannot press what another person sees alone', async () => {
    const [answer] = slack.ephemerals(ANA);
    const view = openRestoreForm(slack, ANA);
    for (const on of [{ ephemeral: answer?.id }, { view: view.id }])
      expect((await post('/act', { user: BEN, on, actionId: 'x' })).status).toBe(404);
    expect((await post('/submit', { user: BEN, view: view.id, values: {} })).status).toBe(404);
    expect((await post('/close-view', { user: BEN, view: view.id })).status).toBe(404);
    expect(slack.received).toEqual([]);
  });

  it('reads in words why an action failed', async () => {
    slack.answer(() => Promise.reject(new Error('nothing to press with action_id "x"')));
    const on = { message: { channel: OPS, ts: only('waits for approval')?.ts } };
    expect(await post('/act', { user: ANA, on, actionId: 'x' })).toEqual({
      status: 502,
      json: { error: 'nothing to press with action_id "x"' },
    });
  });

  it('fills in, looks up, and closes a form', async () => {
    const view = openRestoreForm(slack, ANA);
    const values = { reason: { reason_value: { type: 'plain_text_input', value: 'lost' } } };
    await post('/submit', { user: ANA, view: view.id, values });
    const found = await post('/suggest', {
      user: ANA,
      view: view.id,
      actionId: 'backup_value',
      text: 'staging',
    });
    await post('/close-view', { user: ANA, view: view.id });
    expect(found.json).toEqual({
      options: [{ text: 'staging · 2 March, 08:00', description: 'partial', value: 'backup-0' }],
    });
    expect(slack.received.map(({ what }) => what)).toEqual(['submit', 'suggest', 'close']);
    expect(slack.received[0]?.detail).toEqual({ view: view.id, values });
    expect(slack.views(ANA)).toEqual([]);
  });

  it('opens the Home', async () => {
    expect((await post('/home', { user: ANA })).json).toEqual({ delivered: true });
    expect(slack.received[0]).toMatchObject({ what: 'home', user: ANA });
  });

  it("presses one of the world's buttons", async () => {
    expect((await post('/extra', { id: 'throttle' })).status).toBe(200);
    expect(extrasRun).toEqual(['throttle']);
    expect(await post('/extra', { id: 'cut' })).toEqual({
      status: 502,
      json: { error: 'There is no socket to cut.' },
    });
    expect((await post('/extra', { id: 'flood' })).status).toBe(404);
  });
});

describe('changes', () => {
  it('are told to an open page, and the stream ends with the page', async () => {
    const response = await fetch(new URL('/events', page.url));
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toContain('data: changed');
    slack.post(OPS, { text: 'one' });
    slack.post(OPS, { text: 'two' });
    expect((await reader?.read())?.value).toBe('data: changed\n\n');
    await page.close();
    await expect(reader?.read()).resolves.toMatchObject({ done: true });
  });
});
