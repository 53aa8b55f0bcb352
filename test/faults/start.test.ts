import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createWorld, type World } from '../../sandbox/world.ts';
import { openStore } from '../../src/store/sqlite/database.ts';
import { listenOnLoopback } from '../peers/http.ts';
import { eventually } from './eventually.ts';
import { spawnBot, startBot } from './process.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

/** Starts src/main.ts with other settings than the world's, and gives what it said before it ended. */
async function refused(env: Record<string, string>): Promise<string> {
  const bot = spawnBot({ cwd: world.dataFolder, env: { ...world.env, ...env } });
  try {
    expect(await bot.exited).toEqual({ code: 1, signal: null });
    return bot.stderr();
  } finally {
    await bot.stop();
  }
}

describe('a bot that cannot start', () => {
  it('names all mistakes of its settings in one message', async () => {
    const said = await refused({
      SLACK_BOT_TOKEN: '',
      OPERATORS: 'ana',
      OPS_PORT: '99999',
      BACKUP_CHANNEL: '',
      BACKUP_CHANEL: 'C0123456789',
    });
    expect(said).toMatch(/^The bot cannot start: 4 settings need your attention\.$/m);
    for (const name of ['SLACK_BOT_TOKEN', 'OPERATORS', 'OPS_PORT', 'BACKUP_CHANEL']) {
      expect(said).toContain(`At '${name}': `);
    }
  });

  it('says that Slack refuses the bot token, and where the right one is', async () => {
    const said = await refused({ SLACK_BOT_TOKEN: 'xoxb-1234567890-mistyped' });
    expect(said).toBe(
      'circleci-backup cannot start: Slack refused SLACK_BOT_TOKEN (invalid_auth). Copy the Bot User OAuth Token ' +
        'from the app’s “OAuth & Permissions” page.\n',
    );
  });

  it('says that Slack refuses the app token, and where the right one is', async () => {
    const said = await refused({ SLACK_APP_TOKEN: 'xapp-1-mistyped' });
    expect(said).toBe(
      'circleci-backup cannot start: Slack refused SLACK_APP_TOKEN (invalid_auth). Make an app-level token with ' +
        'connections:write on the app’s “Basic Information” page.\n',
    );
  });

  it('says that its folder cannot be used', async () => {
    const file = join(world.dataFolder, 'a-file');
    writeFileSync(file, '');
    expect(await refused({ DATABASE_URL: `sqlite:${file}/data` })).toBe(
      `circleci-backup cannot start. The bot’s own database cannot be used: the folder ${file}/data cannot be made ` +
        '(ENOTDIR). Set DATABASE_URL to a folder that the bot’s user may make, or make it.\n',
    );
  });

  it('says that its database is damaged', async () => {
    writeFileSync(join(world.dataFolder, 'store.db'), 'something else '.repeat(1000));
    expect(await refused({})).toContain('store.db is damaged or not a database');
  });

  it('says that the database of its engine is damaged', async () => {
    writeFileSync(join(world.dataFolder, 'engine.db'), 'something else '.repeat(1000));
    expect(await refused({})).toContain('engine.db is damaged or not a database');
  });

  it('says which process has its folder', async () => {
    const store = await openStore({ folder: world.dataFolder, redact: (text) => text });
    try {
      const said = await refused({});
      expect(said).toContain(
        `another circleci-backup uses the folder ${world.dataFolder}. Stop process ${process.pid} on `,
      );
    } finally {
      await store.close();
    }
  });

  it('says that its port is taken, and which setting names it', async () => {
    const other = createServer();
    const port = new URL(await listenOnLoopback(other)).port;
    try {
      expect(await refused({ OPS_PORT: port })).toBe(
        `circleci-backup cannot start: port ${port} on 127.0.0.1 is taken by another program. Stop that one, or set ` +
          'OPS_PORT (PORT, where Slack reaches the bot by HTTP) to another port.\n',
      );
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });
});

test('every file of a running bot is for its own user alone, also in a folder that others may enter', async () => {
  chmodSync(world.dataFolder, 0o755);
  // What a version before has left.
  for (const name of ['store.db', 'engine.db', 'owner.txt'])
    writeFileSync(join(world.dataFolder, name), '', { mode: 0o666 });
  const bot = await startBot({ cwd: world.dataFolder, env: world.env });
  try {
    const modes = readdirSync(world.dataFolder)
      .filter((name) => /^(store|engine|owner)\./.test(name))
      .map((name) => `${name} ${(statSync(join(world.dataFolder, name)).mode & 0o777).toString(8)}`);
    expect(modes.length).toBeGreaterThanOrEqual(6);
    expect(modes.filter((one) => !one.endsWith(' 600'))).toEqual([]);
    expect(bot.stdout()).toContain(`chmod go= ${world.dataFolder}`);
    expect(bot.stdout()).toContain('the audit is whole');
  } finally {
    await bot.stop();
  }
});

describe('a bot that has something to do without Slack', () => {
  it.each([
    ['the bot token', { SLACK_BOT_TOKEN: 'xoxb-1234567890-mistyped' }, 'SLACK_BOT_TOKEN'],
    ['the app token', { SLACK_APP_TOKEN: 'xapp-1-mistyped' }, 'SLACK_APP_TOKEN'],
  ])(
    'goes on with its backups while Slack refuses %s, and says so in its health',
    async (_what, wrong, name) => {
      const bot = await startBot({
        cwd: world.dataFolder,
        env: { ...world.env, ...wrong, BACKUP_SCHEDULE: '0 3 * * *' },
      });
      try {
        const { status, body } = await bot.ops('/healthz');
        expect(status).toBe(503);
        expect(body).toContain(`Slack refused ${name} (invalid_auth)`);
        expect((await bot.ops('/livez')).status).toBe(200);
        expect(bot.stdout()).toContain('Slack refuses the bot; backups go on');
      } finally {
        await bot.stop();
      }
    },
  );

  it('names the channel and the group that are not there, and goes on', async () => {
    const bot = await startBot({
      cwd: world.dataFolder,
      env: { ...world.env, BACKUP_CHANNEL: 'C0NOTTHERE1', APPROVERS: 'S0NOTTHERE' },
    });
    try {
      await eventually('the health names both', async () => {
        const { body } = await bot.ops('/healthz');
        return body.includes('C0NOTTHERE1') && body.includes('S0NOTTHERE');
      });
      expect(bot.stdout()).toContain('The bot is not in the channel C0NOTTHERE1 of');
      expect(bot.stdout()).toContain('Slack knows no user group S0NOTTHERE');
    } finally {
      await bot.stop();
    }
  });
});
