import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Ec2Fault } from '../../sandbox/ec2/wire/faults.ts';
import type { World } from '../../sandbox/world.ts';
import { type Check, faultsIn } from './checks.ts';
import { eventually } from './eventually.ts';
import { leftBehind } from './left-behind.ts';
import { type BotProcess, spawnBot, startBot } from './process.ts';
import { faultsOfOneBackup, isComplete, runMessages } from './told.ts';
import { smallWorld } from './world.ts';

/** Less than the 30 s after which the engine gives away the runs of a process that vanished. */
const GRACE_MS = 20_000;

/** A stage that is held open by an EC2 that does not answer, and what the world does while no bot runs. */
interface Stage {
  title: string;
  silent?: Omit<Extract<Ec2Fault, { kind: 'silence' }>, 'kind'>;
  /** EC2 does not end its work on the image before the bot is stopped. */
  slow?: true;
}

const STAGES: Stage[] = [
  { title: 'Find the Services machine', silent: { action: 'DescribeInstances', applied: false } },
  { title: 'Check permissions', silent: { action: 'DescribeImages', applied: false } },
  { title: 'Create the image', silent: { action: 'CreateImage', applied: false, realCallsOnly: true } },
  { title: 'Create the image', silent: { action: 'CreateImage', applied: true, realCallsOnly: true } },
  { title: 'Copy the volumes', slow: true },
  { title: 'Measure what was added', silent: { action: 'ListSnapshotBlocks', applied: false } },
  { title: 'Record the outcome', silent: { action: 'CreateTags', applied: true } },
];

/** The bot as it is run for real: its main module, its environment, the wall's clock. The world's machine is not in its network. */
function botOf(world: World): Promise<BotProcess> {
  return startBot({ cwd: world.dataFolder, env: { ...world.env, SSH_PRIVATE_KEY_FILE: '' } });
}

const notes = (world: World) =>
  world.slack
    .messages(world.channel.id)
    .filter((m) => m.threadTs !== undefined)
    .map((m) => m.text);

/** When the engine gives the run to whoever asks, in ms after a moment; Infinity when it would never. */
function availableAfter(folder: string, moment: number): number {
  const engine = new DatabaseSync(join(folder, 'engine.db'));
  const run = engine.prepare("SELECT available_at AS at FROM workflow_runs WHERE status = 'pending'").get();
  engine.close();
  return run === undefined ? Number.POSITIVE_INFINITY : Date.parse(String(run.at)) - moment;
}

async function stoppedIn(stage: Stage): Promise<string[]> {
  const world = await smallWorld({
    ec2: { snapshotSeconds: { min: 2, max: 2 } },
    env: { STOP_GRACE: `${GRACE_MS / 1000}s` },
  });
  const bots: BotProcess[] = [];
  try {
    const first = await botOf(world);
    bots.push(first);
    if (stage.silent !== undefined) world.ec2.faults.push({ kind: 'silence', ...stage.silent });
    if (stage.slow) world.ec2.nextImage = { neverCompletes: true };
    await world.slack.command(world.ana.id, world.channel.id, 'now');
    await eventually(
      `“${stage.title}” is under way`,
      () =>
        stage.slow
          ? runMessages(world).some((m) => m.text.includes('copy the volumes'))
          : world.ec2.calls.some((call) => call.result === 'silence'),
      first.stdout,
    );

    const asked = Date.now();
    const exit = await first.stop();
    const tookMs = Date.now() - asked;
    const waitMs = availableAfter(world.dataFolder, Date.now());
    if (stage.slow) for (const id of world.ec2.images.keys()) world.ec2.completeImage(id);

    const second = await botOf(world);
    bots.push(second);
    const seen = () => `${notes(world).join('\n')}\n${second.stdout()}${second.stderr()}`;
    await eventually(
      'the backup is complete',
      () => runMessages(world).some((m) => isComplete(m) && !/being measured/.test(JSON.stringify(m.blocks))),
      seen,
    );
    await eventually(
      'the end is told',
      () => notes(world).some((text) => text.includes('is complete after')),
      seen,
    );
    const resumed = `The bot was started again and goes on with “${stage.title}”. Nothing was done twice.`;
    await eventually(
      'it is told that it went on',
      () => notes(world).some((text) => text.includes(resumed)),
      seen,
    );
    const last = await second.stop();
    const checks: Check[] = [
      [exit.code === 0, `the first ended with ${JSON.stringify(exit)}`],
      [tookMs < GRACE_MS, `the stop took ${tookMs} ms`],
      [waitMs < 2_000, `the next one would have waited ${waitMs} ms`],
      [last.code === 0, `the second ended with ${JSON.stringify(last)}`],
      [first.stderr() + second.stderr() === '', `standard error: ${first.stderr()}${second.stderr()}`],
    ];
    const left = await leftBehind(world.dataFolder);
    checks.push([left.notes.includes(resumed), `notes: ${left.notes.join(' / ')}`]);
    return [...faultsIn(checks), ...(await faultsOfOneBackup(world))];
  } catch (error) {
    return [String(error)];
  } finally {
    await Promise.all(bots.map((bot) => bot.stop()));
    await world.close();
  }
}

describe('a bot that is asked to stop', () => {
  it('ends at once and in order in every stage, and the next one goes on at once', async () => {
    const outcomes = await Promise.all(
      STAGES.map(async (stage) => [stage.title, await stoppedIn(stage)] as const),
    );
    expect(outcomes.filter(([, faults]) => faults.length > 0)).toEqual([]);
  }, 120_000);

  it('ends although Slack does not answer yet', async () => {
    const world = await smallWorld({});
    world.slack.faults.push({ method: 'auth.test', kind: 'http', status: 503, times: 1_000 });
    const bot = spawnBot({ cwd: world.dataFolder, env: world.env });
    try {
      await eventually('it asked Slack', () => world.slack.calls.some((call) => call.method === 'auth.test'));
      expect(await bot.stop()).toEqual({ code: 0, signal: null });
      expect(bot.stderr()).toBe('');
    } finally {
      await bot.stop();
      await world.close();
    }
  });
});
