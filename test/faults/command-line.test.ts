import { lstatSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import type { World } from '../../sandbox/world.ts';
import { askBot } from '../../src/cli/client.ts';
import { type Order, PROTOCOL, SOCKET } from '../../src/cli/protocol.ts';
import { startProgram, type Typed, typed } from '../cli/program.ts';
import { eventually } from './eventually.ts';
import { startBot } from './process.ts';
import { isComplete, runMessages } from './told.ts';
import { smallWorld } from './world.ts';

const QUICK = { snapshotSeconds: { min: 1, max: 1 } };
/** Far longer than any test: whoever waits for it is interrupted. */
const SLOW = { snapshotSeconds: { min: 600, max: 600 } };

let world: World;
afterEach(() => world.close());

const place = () => ({ cwd: world.dataFolder, env: world.env });
const socket = () => join(world.dataFolder, SOCKET);
const ORDER: Order = { protocol: PROTOCOL, version: '0.1.0', args: ['status'], osUser: 'ana', color: false };

async function asked(order: unknown): Promise<Typed> {
  const said = { out: '', err: '' };
  const code = await askBot(socket(), order as Order, {
    out(text) {
      said.out += text;
    },
    err(text) {
      said.err += text;
    },
  });
  return { code: code ?? null, ...said };
}

describe('no bot runs', () => {
  it('two command lines at once: a live backup is made to its end, and the second one looks on', async () => {
    world = await smallWorld({ ec2: QUICK });
    const [now, status] = await Promise.all([
      typed(['now', 'the', 'bot', 'is', 'down'], place()),
      typed(['status'], place()),
    ]);
    expect(now).toMatchObject({ code: 0, out: expect.stringContaining('Backup of prod is complete') });
    expect(now.out).toContain('1 GiB');
    expect(status).toMatchObject({ code: 0, out: expect.stringContaining('prod'), err: '' });
    expect(await typed(['list'], place())).toMatchObject({
      code: 0,
      out: expect.stringContaining('complete'),
    });
    // Slack heard nothing of it until a bot runs; then all of it, once.
    expect(world.slack.messages(world.channel.id)).toEqual([]);
    const bot = await startBot(place());
    try {
      await eventually('the channel shows the backup', () => runMessages(world).some(isComplete));
      expect(runMessages(world)).toHaveLength(1);
    } finally {
      await bot.stop();
    }
  });

  it('what needs a bot is refused, and nothing is left in the folder', async () => {
    world = await smallWorld({ ec2: QUICK });
    const { code, out, err } = await typed(['release', 'bk-20261001-0300-h7kd'], place());
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('No bot is running, and “release” needs one.');
    expect(lstatSync(socket(), { throwIfNoEntry: false })).toBeUndefined();
  });

  it('a backup that is interrupted ends with 130, and goes on with the bot', async () => {
    world = await smallWorld({ ec2: { snapshotSeconds: { min: 15, max: 15 } } });
    const { child, ended, seen } = startProgram(['now'], place());
    await eventually('the image is being made', () => seen().includes('… Copy the volumes'));
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 130, err: expect.stringContaining('Interrupted.') });
    const bot = await startBot(place());
    try {
      await eventually('the backup is complete', () => runMessages(world).some(isComplete));
      expect(world.ec2.images.size).toBe(1);
    } finally {
      await bot.stop();
    }
  });

  it('settings that are wrong are what is told', async () => {
    world = await smallWorld({ ec2: QUICK });
    const { code, err } = await typed(['status'], {
      cwd: world.dataFolder,
      env: { ...world.env, AWS_REGION: 'x' },
    });
    expect([code, err]).toEqual([1, expect.stringContaining('AWS_REGION')]);
  });
});

describe('a bot runs', () => {
  it('its socket is its user’s alone, and one that a killed bot left is no hindrance to anybody', async () => {
    world = await smallWorld({ ec2: QUICK });
    const first = await startBot(place());
    expect(lstatSync(socket()).mode & 0o777).toBe(0o600);
    first.signal('SIGKILL');
    await first.exited;
    expect(lstatSync(socket()).isSocket()).toBe(true);
    expect(await typed(['status'], place())).toMatchObject({ code: 0, err: '' });
    const second = await startBot(place());
    try {
      expect(await typed(['status'], place())).toMatchObject({ code: 0, err: '' });
    } finally {
      await second.stop();
    }
    expect(lstatSync(socket(), { throwIfNoEntry: false })).toBeUndefined();
  });

  it('what is no socket stays, and the bot runs without the command line', async () => {
    world = await smallWorld({ ec2: QUICK });
    writeFileSync(socket(), 'a file of somebody');
    const bot = await startBot(place());
    try {
      expect(bot.stdout()).toContain('the command line cannot reach this bot');
      const { code, err } = await typed(['status'], place());
      expect([code, err]).toEqual([1, expect.stringContaining('another circleci-backup uses the folder')]);
    } finally {
      await bot.stop();
    }
  });

  it('when it is stopped, whoever waits is told that it goes on', async () => {
    world = await smallWorld({ ec2: SLOW });
    const bot = await startBot(place());
    const { ended, seen } = startProgram(['now', '--wait'], place());
    await eventually('the image is being made', () => seen().includes('… Copy the volumes'));
    await bot.stop();
    expect(await ended).toMatchObject({
      code: 1,
      err: expect.stringContaining('The bot is being stopped; what it began goes on when it runs again.'),
    });
  });

  it('of another version it says which one speaks', async () => {
    world = await smallWorld({ ec2: QUICK });
    await world.startBot();
    expect(await asked({ ...ORDER, protocol: 2, version: '9.0.0' })).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(
        /^This is circleci-backup 9\.0\.0, and the bot that runs is \d+\.\d+\.\d+: they do not understand/,
      ),
    });
    for (const order of [{}, [], 'status', { ...ORDER, args: 'status' }, { ...ORDER, osUser: '$(id)' }])
      expect(await asked(order)).toMatchObject({
        code: 1,
        err: expect.stringContaining('could not read what was asked'),
      });
  });

  it('breaks no line by itself, and breaks and colours them for a terminal', async () => {
    world = await smallWorld({ ec2: QUICK });
    await world.startBot();
    const wide = await asked({ ...ORDER, args: ['status'] });
    expect(wide.out).toContain('TARGET  STATE');
    const narrow = await asked({ ...ORDER, args: ['status'], width: 40, color: true });
    expect(narrow.out.split('\n').every((line) => plain(line).length <= 40)).toBe(true);
    expect(narrow.out).toContain('\u001b[31mno backup\u001b[39m');
    expect(wide.out).not.toContain('\u001b');
  });

  it('a pipe that closes early ends nothing: what was asked for is done, without a stack', async () => {
    world = await smallWorld({ ec2: QUICK });
    await world.startBot();
    const { child, ended } = startProgram(['now', '--wait', '--json'], place());
    child.stdout?.destroy();
    child.stderr?.destroy();
    expect(await ended).toMatchObject({ code: 0 });
    await eventually('the backup is complete', () => runMessages(world).some(isComplete));
  });

  it('a connection that says nothing, half of a request or nonsense does not keep others waiting', async () => {
    world = await smallWorld({ ec2: QUICK });
    await world.startBot();
    for (const text of ['', 'POST /v1/command HTTP/1.1\r\n', '\u0000\u0001 nonsense\r\n\r\n'])
      createConnection(socket())
        .on('error', () => {})
        .write(text);
    expect(await asked(ORDER)).toMatchObject({ code: 0 });
  });
});

/** Without the marks of colours. */
function plain(line: string): string {
  return line.replace(new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g'), '');
}

describe('something else listens', () => {
  const servers: ReturnType<typeof createServer>[] = [];
  afterEach(() => servers.splice(0).map((server) => server.close()));

  it('and breaks off: that is told with exit code 1', async () => {
    world = await smallWorld({ ec2: QUICK });
    const server = createServer(
      (_, response) => void response.writeHead(200).write('{"err":"half"}\n', () => response.destroy()),
    );
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(socket(), resolve));
    expect(await asked(ORDER)).toEqual({
      code: 1,
      out: '',
      err: 'halfThe bot stopped before it had answered. What it began goes on when it runs again.\n',
    });
  });
});
