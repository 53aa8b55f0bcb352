import { createServer } from 'node:http';
import { signedHeaders } from '../../sandbox/slack/delivery/http-delivery.ts';
import { createWorld, SANDBOX_TOKENS, type World } from '../../sandbox/world.ts';
import { listenOnLoopback } from '../peers/http.ts';
import { eventually } from './eventually.ts';
import { type BotProcess, startBot } from './process.ts';
import { STRANGERS, UNENDED } from './strangers.ts';
import { sendRaw } from './wire.ts';

let world: World;
let bot: BotProcess;
let port: number;

beforeAll(async () => {
  const free = createServer();
  port = Number(new URL(await listenOnLoopback(free)).port);
  await new Promise((resolve) => free.close(resolve));
  world = await createWorld();
  bot = await startBot({
    cwd: world.dataFolder,
    env: {
      ...world.env,
      SLACK_APP_TOKEN: '',
      SLACK_SIGNING_SECRET: SANDBOX_TOKENS.signingSecret,
      PORT: String(port),
      HOST: '127.0.0.1',
      LOG_LEVEL: 'debug',
    },
  });
});
afterAll(async () => {
  await bot.stop();
  await world.close();
});

const FORM = 'application/x-www-form-urlencoded';

/** What Slack has signed, whatever it is: the status. */
async function signed(body: string, contentType = FORM): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/slack/events`, {
    method: 'POST',
    headers: {
      'content-type': contentType,
      ...signedHeaders(SANDBOX_TOKENS.signingSecret, body, Math.floor(Date.now() / 1000)),
    },
    body,
  });
  await response.arrayBuffer();
  return response.status;
}

let asked = 0;
async function expectAlive(): Promise<void> {
  asked += 1;
  const before = world.slack.ephemerals(world.ana.id).length;
  const body = new URLSearchParams({
    command: '/circleci-backup',
    text: 'help',
    team_id: world.slack.workspace.teamId,
    user_id: world.ana.id,
    channel_id: world.channel.id,
    trigger_id: `alive-${asked}`,
  });
  expect(await signed(body.toString())).toBe(200);
  await eventually('help was shown', () => world.slack.ephemerals(world.ana.id).length > before);
  expect(bot.stdout()).not.toContain('something unforeseen');
  expect((await bot.ops('/healthz')).status).toBe(200);
}

function opsPort(): number {
  return Number(/"opsPort":(\d+)/.exec(bot.stdout())?.[1]);
}

test('what strangers send to the port for Slack is answered, and the bot lives', async () => {
  for (const { name, pieces, status } of STRANGERS) {
    const wanted = new RegExp(`^HTTP/1\\.1 (?:${status.source})`, status.flags);
    const { text } = await sendRaw(port, pieces, { until: wanted, giveUpMs: 15_000 });
    expect([name, text]).toEqual([name, expect.stringMatching(wanted)]);
  }
  await expectAlive();
});

test('and to the port for health and metrics', async () => {
  for (const { pieces } of STRANGERS) {
    await sendRaw(opsPort(), pieces, { until: /HTTP/, giveUpMs: 15_000 });
  }
  await expectAlive();
});

test('what is begun and never ended is cut off in time, on both', async () => {
  const kept = await Promise.all(
    [port, opsPort()].flatMap((to) => UNENDED.map(({ pieces }) => sendRaw(to, pieces, { giveUpMs: 20_000 }))),
  );
  for (const { keptMs } of kept) expect(keptMs).toBeLessThan(15_000);
  await expectAlive();
});

test('other methods and paths are told so', async () => {
  const at = `http://127.0.0.1:${port}/slack/events`;
  const put = await fetch(at, { method: 'PUT', body: 'x' });
  expect([put.status, put.headers.get('allow')]).toEqual([405, 'POST']);
  expect((await fetch(`${at}?x=1`)).status).toBe(405);
  expect((await fetch(`${at}/more`, { method: 'POST' })).status).toBe(404);
  expect((await fetch(at, { method: 'POST', body: 'x' })).status).toBe(400);
  expect((await fetch(at, { method: 'POST', body: '{}' })).status).toBe(401);
});

const CLICK = {
  type: 'block_actions',
  team: { id: 'T1' },
  user: { id: 'U1', team_id: 'T1' },
  channel: { id: 'C1' },
  message: { ts: '1.1' },
  trigger_id: 't',
  actions: [
    { type: 'button', action_id: 'circleci-backup:cancel', value: 'bk-1', action_ts: '1.1', block_id: 'b' },
  ],
};
const VIEW = {
  type: 'view_submission',
  team: { id: 'T1' },
  user: { id: 'U1', team_id: 'T1' },
  view: {
    id: 'V1',
    hash: 'h',
    callback_id: 'circleci-backup:now',
    private_metadata: '{}',
    state: { values: {} },
  },
};
const MENU = {
  ...VIEW,
  type: 'block_suggestion',
  action_id: 'circleci-backup:restore:backup',
  block_id: 'b',
  value: 'bk',
};

/** Every field of a payload, in turn missing and of other types, at any depth. */
function* damaged(value: unknown): Generator<unknown> {
  const others = [undefined, null, 7, true, '', 'x', [], [null], {}, { id: 7 }, ['x'], '__proto__'];
  yield* others;
  if (Array.isArray(value)) {
    for (const other of damaged(value[0])) yield [other];
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) {
      for (const other of damaged(part)) yield { ...value, [key]: other };
    }
  }
}

test('what Slack signed and nobody expects ends nothing', async () => {
  const bodies = [CLICK, VIEW, MENU].flatMap((payload) =>
    [...damaged(payload)].map((one) =>
      new URLSearchParams({ payload: JSON.stringify(one) ?? 'undefined' }).toString(),
    ),
  );
  const odd = [
    '',
    'payload=',
    'payload=null',
    'payload=1&payload=2',
    'payload=%',
    'payload=%7B',
    'command=%2Fcircleci-backup',
    'command=%2Fcircleci-backup&text=a&text=b&user_id=U1&user_id=U2&team_id=T1&channel_id=C1&trigger_id=t',
    `command=%2Fcircleci-backup&user_id=U1&team_id=T1&channel_id=C1&trigger_id=no-text`,
    'ssl_check=1',
    'ssl_check=1&payload=null',
    'a&'.repeat(5_000),
    `payload=${'['.repeat(100_000)}`,
  ];
  for (let at = 0; at < bodies.length; at += 150) {
    const statuses = await Promise.all(bodies.slice(at, at + 150).map((body) => signed(body)));
    for (const status of statuses) expect([200, 400, 401, 404, 500]).toContain(status);
  }
  for (const body of odd) await signed(body);
  for (const body of [
    'null',
    '7',
    '"x"',
    '[]',
    '{}',
    '{"type":7}',
    '{"event":null}',
    '{"type":"url_verification"}',
    '{'.repeat(99_999),
  ])
    await signed(body, 'application/json');
  await expectAlive();
});
