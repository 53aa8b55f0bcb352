import { fileURLToPath } from 'node:url';
import { createWorld, type World } from '../../src/sandbox/world.ts';
import { eventually } from './eventually.ts';
import { engineRuns, leftBehind } from './left-behind.ts';
import { type BotProcess, spawnBot } from './process.ts';
import { faultsOfOneBackup, isComplete, runMessages } from './told.ts';

const BOT = fileURLToPath(new URL('./bot.ts', import.meta.url));
const SPEED = 300;
/** Before any step there is no run: what is lost is the command, and Slack says so to the person. */
const BEFORE_THE_RUN = 'request/started';

/** A bot to be killed: at a point of its own run, or when its world says so. */
export interface Kill {
  name: string;
  at?: string;
  /** Makes the world ready. */
  arm?: (world: World) => void;
  /** Whether it is time, seen from the world. */
  now?: (world: World) => boolean;
}

/** A process of the bot on the clock of its world. */
function botIn(world: World, env: Record<string, string> = {}): BotProcess {
  const clock = JSON.stringify([SPEED, world.clock.now(), performance.timeOrigin + performance.now()]);
  return spawnBot({ script: BOT, cwd: world.dataFolder, env: { ...world.env, BOT_CLOCK: clock, ...env } });
}

const points = (bot: BotProcess) =>
  [...bot.stderr().matchAll(/^step (\S+)$/gm)].map((found) => found[1] ?? '');

const endIsTold = (world: World) =>
  runMessages(world).some(isComplete) &&
  [world.channel.id, ...world.slack.workspace.channels.map((c) => c.id)].some((channel) =>
    world.slack.messages(channel).some((m) => / is complete after /.test(m.text)),
  );

/** Waits for the end of the backup as people see it and as the engine knows it, and stops the bot. */
async function finish(world: World, bot: BotProcess, endedBefore = false): Promise<void> {
  await bot.ready();
  const seen = () => `${runMessages(world).map((m) => m.text)}\n${bot.stdout()}${bot.stderr()}`;
  await eventually('the last step is done', () => endedBefore || points(bot).includes('finish/done'), seen);
  await eventually('the end is told', () => endIsTold(world), seen);
  await eventually('nothing is left to be said', async () => {
    const { body } = await bot.ops('/metrics');
    return /^circleci_backup_outbox_pending 0$/m.test(body);
  });
  await bot.stop();
}

/** Where a run can be killed, found by one that is not: as the bot tells of it, and the steps its engine noted. */
export async function dryRun(): Promise<{ points: string[]; steps: string[]; faults: string[] }> {
  const world = await createWorld({ speed: SPEED });
  const bot = botIn(world);
  try {
    await bot.ready();
    await world.slack.command(world.ana.id, world.channel.id, 'now');
    await finish(world, bot);
    const faults = await faultsOfOneBackup(world);
    return { points: points(bot), steps: (await leftBehind(world.dataFolder)).steps, faults };
  } finally {
    await bot.stop();
    await world.close();
  }
}

/** Kills a bot in a world of its own, lets another one go on, and tells what is wrong in the end. */
export async function killed(kill: Kill): Promise<string[]> {
  const world = await createWorld({ speed: SPEED });
  const first = botIn(world, kill.at === undefined ? {} : { KILL_AT: kill.at });
  const bots = [first];
  try {
    await first.ready();
    kill.arm?.(world);
    void world.slack.command(world.ana.id, world.channel.id, 'now');
    const { now } = kill;
    if (now !== undefined) {
      await eventually(`it is time for “${kill.name}”`, () => now(world), first.stdout);
      first.signal('SIGKILL');
    }
    const exit = await first.exited;
    if (exit.signal !== 'SIGKILL') return [`the process ended with ${JSON.stringify(exit)}`];
    const endedBefore = engineRuns(world.dataFolder).includes('completed');
    const second = botIn(world);
    bots.push(second);
    if (kill.at === BEFORE_THE_RUN) {
      await second.ready();
      if (runMessages(world).length > 0 || world.ec2.images.size > 0) return ['something was done'];
      await world.slack.command(world.ana.id, world.channel.id, 'now');
    }
    await finish(world, second, endedBefore);
    return await faultsOfOneBackup(world);
  } catch (error) {
    return [String(error)];
  } finally {
    await Promise.all(bots.map((bot) => bot.stop()));
    await world.close();
  }
}
