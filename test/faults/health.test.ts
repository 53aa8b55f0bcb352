import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { World } from '../../sandbox/world.ts';
import { botIn, finish } from './bot-in.ts';
import { eventually } from './eventually.ts';
import type { BotProcess } from './process.ts';
import { smallWorld } from './world.ts';

const SPEED = 300;

let world: World;
let bot: BotProcess;
beforeEach(async () => {
  world = await smallWorld({ speed: SPEED });
  bot = await botIn(world, SPEED);
});
afterEach(async () => {
  await bot.stop();
  await world.close();
});

const health = async () => {
  const { status, body } = await bot.ops('/healthz');
  const { checks } = JSON.parse(body);
  const failing = checks.filter((check: { ok: boolean }) => !check.ok);
  return {
    status,
    failing: failing.map((check: { name: string; detail: string }) => `${check.name}: ${check.detail}`),
  };
};
const healthy = { status: 200, failing: [] };
const becomes = (status: number) =>
  eventually(`/healthz answers ${status}`, async () => (await health()).status === status, bot.stdout);

describe('/healthz of a running bot', () => {
  it('fails while Slack is not connected, and only then', async () => {
    expect(await health()).toEqual(healthy);
    world.slack.dropSockets(3);
    await becomes(503);
    expect((await health()).failing).toEqual([
      expect.stringMatching(/^slack: not connected to Slack since 20/),
    ]);
    await becomes(200);
    expect(await health()).toEqual(healthy);
  });

  it('fails while its database cannot be written, and only then', async () => {
    const other = new DatabaseSync(join(world.dataFolder, 'store.db'), { timeout: 5_000 });
    other.exec('BEGIN EXCLUSIVE');
    expect(await health()).toEqual({
      status: 503,
      failing: [
        expect.stringMatching(
          /^database: The bot’s own database cannot be used: another program keeps .*store\.db locked\.$/,
        ),
      ],
    });
    other.close();
    expect(await health()).toEqual(healthy);
  });
});

describe('/metrics of a running bot', () => {
  it('tell of its runs and of its connection', async () => {
    const before = (await bot.ops('/metrics')).body;
    expect(before).toContain('circleci_backup_socket_connected 1\n');
    expect(before).not.toContain('target="prod"');

    const asked = world.clock.now() / 1000;
    await world.slack.command(world.ana.id, world.channel.id, 'now');
    let after = '';
    await eventually('the run is counted', async () => {
      after = (await bot.ops('/metrics')).body;
      return after.includes(
        'circleci_backup_run_duration_seconds_count{target="prod",outcome="complete"} 1\n',
      );
    });
    const newest = /newest_complete_timestamp_seconds\{target="prod"\} (\S+)/.exec(after)?.[1];
    expect(Number(newest)).toBeGreaterThan(asked - 60);
    expect(after).toContain('circleci_backup_step_duration_seconds_count{step="image",result="ok"} 1\n');
    expect(after).toContain('circleci_backup_ec2_calls_total{action="CreateTags",result="ok"} 1\n');
    expect(after).toMatch(/circleci_backup_slack_calls_total\{method="chat\.postMessage",result="ok"\} \d/);
    expect(after).toContain('circleci_backup_command_duration_seconds_count{verb="now",result="ok"} 1\n');
    await finish(world, bot);
  });
});
