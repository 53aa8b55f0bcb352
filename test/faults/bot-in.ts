import { fileURLToPath } from 'node:url';
import type { StoredMessage } from '../../sandbox/slack/model.ts';
import type { World } from '../../sandbox/world.ts';
import { eventually } from './eventually.ts';
import { letLeasesPass } from './leases.ts';
import { engineRuns } from './left-behind.ts';
import { type BotProcess, startBot } from './process.ts';
import { isComplete, runMessages } from './told.ts';

export const BOT = fileURLToPath(new URL('./bot.ts', import.meta.url));

/** The engine gives the run of a killed process to the next one after 30 s; many wait for that at once. */
const LEASE_MS = 150_000;

/** A process of the bot on the clock of its world, ready. */
export async function botIn(
  world: World,
  speed: number,
  env: Record<string, string> = {},
  limit: { limitMs?: number } = {},
): Promise<BotProcess> {
  const own = { ...world.env, BOT_CLOCK: clockOf(world, speed), NETWORK: world.networkUrl, ...env };
  return startBot({ script: BOT, cwd: world.dataFolder, env: own, ...limit });
}

/** The world's clock, for a process of its own. */
export function clockOf(world: World, speed: number): string {
  return JSON.stringify([speed, world.clock.now(), performance.timeOrigin + performance.now()]);
}

/** The steps that a bot told of so far, e.g. `image/done`. */
export const points = (bot: BotProcess) =>
  [...bot.stderr().matchAll(/^step (\S+)$/gm)].map((found) => found[1] ?? '');

const endIsTold = (world: World) =>
  runMessages(world).some(isComplete) &&
  [world.channel.id, ...world.slack.workspace.channels.map((c) => c.id)].some((channel) =>
    world.slack.messages(channel).some((m) => / is complete after /.test(m.text)),
  );

/** Waits for the end of the backup as people see it and as the engine knows it, and stops the bot. */
export async function finish(world: World, bot: BotProcess, endedBefore = false): Promise<void> {
  const seen = () => `${runMessages(world).map((m) => m.text)}\n${bot.stdout()}${bot.stderr()}`;
  await eventually(
    'the last step is done',
    () => endedBefore || points(bot).includes('followed/done'),
    seen,
    LEASE_MS,
  );
  await eventually('the end is told', () => endIsTold(world), seen, LEASE_MS);
  await allIsSaid(bot);
  await bot.stop();
}

export async function isAllSaid(bot: BotProcess): Promise<boolean> {
  return /^circleci_backup_outbox_pending 0$/m.test((await bot.ops('/metrics')).body);
}

export const allIsSaid = (bot: BotProcess) => eventually('nothing is left to be said', () => isAllSaid(bot));

/** Waits until a bot is killed, and starts the next one; `endedBefore` where the engine had brought the run to its end by then. */
export async function nextBot(
  world: World,
  first: BotProcess,
  speed: number,
): Promise<{ second: BotProcess; endedBefore: boolean }> {
  const exit = await first.exited;
  if (exit.signal !== 'SIGKILL') throw new Error(`the process ended with ${JSON.stringify(exit)}`);
  const endedBefore = engineRuns(world.dataFolder).includes('completed');
  letLeasesPass(world.dataFolder);
  return { second: await botIn(world, speed), endedBefore };
}

/** Ben approves the request that is shown; the answer to whoever clicks may be lost with the process. */
export async function approve(
  world: World,
  request: (world: World) => StoredMessage | undefined,
): Promise<void> {
  const message = request(world);
  if (message === undefined) throw new Error('there is no request');
  await world.slack.act(world.ben.id, { message }, 'circleci-backup:approve').catch(() => undefined);
}
