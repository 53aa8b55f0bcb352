import type { World } from '../../../sandbox/world.ts';
import { botIn, finish, nextBot, points } from '../bot-in.ts';
import { eventually } from '../eventually.ts';
import { leftBehind } from '../left-behind.ts';
import { addOlderBackups, KEEP_ONE } from '../older-backups.ts';
import type { BotProcess } from '../process.ts';
import { faultsOfOneBackup, runMessages } from '../told.ts';
import { smallWorld } from '../world.ts';

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

/** Where a run can be killed, found by one that is not: as the bot tells of it, and the steps its engine noted. */
export async function dryRun(): Promise<{ points: string[]; steps: string[]; faults: string[] }> {
  const world = await smallWorld({ speed: SPEED, env: KEEP_ONE });
  const older = addOlderBackups(world);
  let bot: BotProcess | undefined;
  try {
    bot = await botIn(world, SPEED);
    await world.slack.command(world.ana.id, world.channel.id, 'now');
    await finish(world, bot);
    const faults = await faultsOfOneBackup(world, older);
    return { points: points(bot), steps: (await leftBehind(world.dataFolder)).steps, faults };
  } finally {
    await bot?.stop();
    await world.close();
  }
}

/** Kills a bot in a world of its own, lets another one go on, and tells what is wrong in the end. */
export async function killed(kill: Kill): Promise<string[]> {
  const world = await smallWorld({ speed: SPEED, env: KEEP_ONE });
  const older = addOlderBackups(world);
  const before = world.ec2.images.size;
  const bots: BotProcess[] = [];
  try {
    const first = await botIn(world, SPEED, kill.at === undefined ? {} : { KILL_AT: kill.at });
    bots.push(first);
    kill.arm?.(world);
    void world.slack.command(world.ana.id, world.channel.id, 'now');
    const { now } = kill;
    if (now !== undefined) {
      await eventually(`it is time for “${kill.name}”`, () => now(world), first.stdout);
      first.signal('SIGKILL');
    }
    const { second, endedBefore } = await nextBot(world, first, SPEED);
    bots.push(second);
    if (kill.at === BEFORE_THE_RUN) {
      if (runMessages(world).length > 0 || world.ec2.images.size !== before) return ['something was done'];
      await world.slack.command(world.ana.id, world.channel.id, 'now');
    }
    await finish(world, second, endedBefore);
    return await faultsOfOneBackup(world, older);
  } catch (error) {
    return [String(error)];
  } finally {
    await Promise.all(bots.map((bot) => bot.stop()));
    await world.close();
  }
}
