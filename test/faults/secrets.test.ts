import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from '../../sandbox/world.ts';
import { newPrivateKey } from '../config/private-keys.ts';
import { tempFolder } from '../store/temp-folder.ts';
import { eventually } from './eventually.ts';
import { type BotProcess, spawnBot } from './process.ts';
import { runMessages } from './told.ts';
import { smallWorld } from './world.ts';

/** One of a kind for each setting that is secret, with what JSON and web addresses write differently. */
const CANARIES = {
  SLACK_BOT_TOKEN: 'xoxb-canary-bot-4711',
  SLACK_APP_TOKEN: 'xapp-canary-app-4712',
  AWS_ACCESS_KEY_ID: 'AKIACANARYKEYID04713',
  AWS_SECRET_ACCESS_KEY: 'canary/secret+key="4714"\\',
  AWS_SESSION_TOKEN: 'canary//session==4715',
  CIRCLECI_TOKEN: 'canary-circleci-4716',
  PING_URL: 'https://ping.example/canary-ping-4717',
} as const;
const KEY = newPrivateKey();
/** The first line is the same in all keys of this kind. */
const OF_KEY = KEY.split('\n')
  .slice(2)
  .filter((line) => line.length >= 16 && !line.startsWith('-'));
const IN_FILES = {
  SSH_PRIVATE_KEY_FILE: OF_KEY,
} as const;
const ALL = [...Object.values(CANARIES), ...Object.values(IN_FILES).flat()];
/** What somebody pastes, or a peer says in an error. */
const BLURTED = ALL.join(' ; ');

/** The forms in which a value could stand in bytes. */
const formsOf = (secret: string) => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
];
const leaksIn = (text: string) => ALL.filter((secret) => formsOf(secret).some((form) => text.includes(form)));

let folder: { folder: string; remove(): void };
let world: World;
let bot: BotProcess;
/** What everybody could read, by where. */
const seen: Record<string, string> = {};

const complete = () => runMessages(world).filter((m) => / is complete /.test(m.text)).length;
const directMessages = () =>
  world.slack.workspace.channels.filter((c) => c.im !== undefined).flatMap((c) => world.slack.messages(c.id));
const failed = () => runMessages(world).filter((m) => / FAILED /.test(m.text)).length;
const answers = () => world.slack.ephemerals(world.ana.id).length + world.slack.views(world.ana.id).length;

async function say(text: string, whenAnswered = async () => {}): Promise<void> {
  const before = answers();
  await world.slack.command(world.ana.id, world.channel.id, text);
  await eventually(`“${text.slice(0, 20)}” is answered`, () => answers() > before, bot.stdout);
  await whenAnswered();
}

const runFails = async () => {
  const before = failed();
  await eventually('a run has failed', () => failed() > before, bot.stdout);
};

/** Every file of the bot, byte by byte. */
function filesOfTheBot(): string {
  const files = readdirSync(world.dataFolder, { recursive: true, withFileTypes: true }).filter((f) =>
    f.isFile(),
  );
  return files
    .map((file) => `${file.name}\n${readFileSync(join(file.parentPath, file.name), 'latin1')}`)
    .join('\n');
}

/** One bot that is well for one backup, and whose peers then say all it knows back to it, in each way they have. */
beforeAll(async () => {
  folder = tempFolder();
  const named = Object.entries(IN_FILES).map(([name, lines]) => {
    const path = join(folder.folder, name);
    writeFileSync(path, name === 'SSH_PRIVATE_KEY_FILE' ? KEY : `${lines.join('\n')}\n`);
    return [name, path];
  });
  world = await smallWorld({
    slack: {
      botToken: CANARIES.SLACK_BOT_TOKEN,
      delivery: { kind: 'socket', appToken: CANARIES.SLACK_APP_TOKEN },
    },
    ec2: { snapshotSeconds: { min: 1, max: 1 } },
    env: {
      ...CANARIES,
      ...Object.fromEntries(named),
      LOG_LEVEL: 'trace',
    },
  });
  const { ec2, slack } = world;
  bot = spawnBot({ cwd: folder.folder, env: world.env });
  await bot.ready();
  seen['the process’s arguments'] = readFileSync(`/proc/${bot.pid}/cmdline`, 'latin1');

  await say(`now ${BLURTED}`);
  await eventually('a run is complete', () => complete() > 0, bot.stdout);

  const refusal = { kind: 'error', code: 'InvalidParameterValue', message: BLURTED } as const;
  ec2.faults.push({ action: 'DescribeInstances', ...refusal });
  await say('now', runFails);
  ec2.faults.push({ action: 'CreateImage', realCallsOnly: true, ...refusal });
  await say('now', runFails);
  ec2.nextImage = { fail: BLURTED, failAfter: 100 };
  await say('now', runFails);
  ec2.nextImage = { snapshotError: BLURTED };
  await say('now', runFails);

  ec2.faults.push({ action: 'DescribeImages', ...refusal });
  await say('list');
  await say(`hlep ${BLURTED}`);
  await say(BLURTED);
  await say(`cancel ${BLURTED}`);
  slack.faults.push({ method: 'response_url', kind: 'error', error: CANARIES.CIRCLECI_TOKEN });
  ec2.faults.push({ action: 'DescribeInstances', ...refusal, code: CANARIES.CIRCLECI_TOKEN });
  const off = slack.onChange(() => {
    if (failed() < 5) return;
    off();
    slack.faults.push({ method: 'chat.postMessage', kind: 'error', error: CANARIES.CIRCLECI_TOKEN });
  });
  await say('now', runFails);
  await eventually('the end is told directly', () => directMessages().length > 0, bot.stdout);

  seen['/metrics'] = (await bot.ops('/metrics')).body;
  seen['/healthz'] = (await bot.ops('/healthz')).body;
  seen['files while it runs'] = filesOfTheBot();
  await bot.stop();
  seen['files after it ran'] = filesOfTheBot();
  seen['standard output'] = bot.stdout();
  seen['standard error'] = bot.stderr();
  seen['what it sent to Slack'] = JSON.stringify(slack.calls.map((call) => [call.method, call.body]));
  const channels = slack.workspace.channels.map((channel) => slack.messages(channel.id));
  seen['what stands in Slack'] = JSON.stringify([channels, slack.ephemerals(world.ana.id)]);
  seen['what it asked of EC2'] = JSON.stringify(ec2.calls.map((call) => [call.action, call.params]));
  seen['tags in EC2'] = JSON.stringify(
    [...ec2.images.values(), ...ec2.snapshots.values()].map((r) => r.tags),
  );
}, 150_000);

afterAll(async () => {
  await bot.stop();
  await world.close();
  folder.remove();
});

describe('secrets', () => {
  it.each([
    'the process’s arguments',
    '/metrics',
    '/healthz',
    'files while it runs',
    'files after it ran',
    'standard output',
    'standard error',
    'what it sent to Slack',
    'what stands in Slack',
    'what it asked of EC2',
    'tags in EC2',
  ])('are not in %s', (where) => {
    expect(seen[where]).toBeDefined();
    expect(leaksIn(seen[where] ?? '')).toEqual([]);
  });

  it('are not in the last words of a bot that an unforeseen error ends', async () => {
    const trap = join(folder.folder, 'trap.mjs');
    writeFileSync(trap, "process.on('SIGUSR2', () => { throw new Error(process.env.CIRCLECI_TOKEN); });");
    const trapped = spawnBot({ cwd: folder.folder, env: { ...world.env, NODE_OPTIONS: `--import=${trap}` } });
    await trapped.ready();
    trapped.signal('SIGUSR2');
    expect(await trapped.exited).toEqual({ code: 1, signal: null });
    expect(trapped.stderr()).toBe('');
    expect(leaksIn(trapped.stdout())).toEqual([]);
    expect(trapped.stdout()).toMatch(
      /"message":"\[redacted\]".*"msg":"something unforeseen happened; the bot ends"/,
    );
  });

  it('were in what people and peers said, and were taken out there', () => {
    expect(seen['what stands in Slack']).toContain('[redacted]');
    expect(seen['standard output']).toContain('[redacted]');
    expect(seen['files after it ran']).toContain('[redacted]');
    expect(seen['tags in EC2']).toContain('[redacted]');
    expect([complete(), failed()]).toEqual([1, 5]);
  });
});
