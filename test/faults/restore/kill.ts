import { BOT, clockOf, isAllSaid, points } from '../bot-in.ts';
import { eventually } from '../eventually.ts';
import { letLeasesPass } from '../leases.ts';
import { engineRuns, leftBehind } from '../left-behind.ts';
import { type BotProcess, spawnBot } from '../process.ts';
import { type People, peopleIn } from '../schedules/people.ts';
import { askForRestore } from './ask.ts';
import type { Course } from './courses.ts';
import { brokenPromises } from './promises.ts';
import { type RestoreWorld, restoreWorld } from './world.ts';

const SPEED = 100;
/** For one life of a bot; far above what it needs. */
const PATIENCE_MS = 120_000;

/** What becomes of a restore whose bot is killed again and again. */
export interface Survival {
  /** The points that its bots told of, in their order. */
  points: string[];
  /** Those at which one died. */
  deaths: string[];
  /** The steps that the engine noted. */
  steps: string[];
  faults: string[];
}

/** A kill at no point of the bot's own. */
export interface Blow {
  name: string;
  /** Makes the world ready, which kills by itself. */
  arm: (world: RestoreWorld, strike: () => void) => void;
  /** Or it is time once the world looks so. */
  now?: (world: RestoreWorld) => boolean;
}

/**
 * One restore on this course. The bot dies at each of these points, once, or by the blow; each time another one goes on.
 * Gives what is wrong in the end.
 */
export async function survive(course: Course, deadly: readonly string[], blow?: Blow): Promise<Survival> {
  const world = await restoreWorld({
    speed: SPEED,
    // Slack's rates are of the clock, and of no matter here.
    slack: { rates: false },
    ...(course.elasticIp === undefined ? {} : { elasticIp: course.elasticIp }),
  });
  const people = peopleIn(world);
  const bots: BotProcess[] = [];
  const life: Survival = { points: [], deaths: [], steps: [], faults: [] };
  const left = new Set(deadly);
  const start = () => {
    const env = { ...world.env, BOT_CLOCK: clockOf(world, SPEED), NETWORK: world.networkUrl };
    const bot = spawnBot({
      script: BOT,
      cwd: world.dataFolder,
      env: { ...env, KILL_AT: [...left].join(' ') },
    });
    bots.push(bot);
    return bot;
  };
  try {
    let bot = start();
    await bot.ready();
    const answer = await askForRestore(world, people, course.filled);
    if (!/needs an approval/.test(answer)) return { ...life, faults: [answer] };
    course.arrange?.(world);
    let struck: string | undefined;
    const strike = () => {
      if (struck !== undefined) return;
      struck = blow?.name;
      bot.signal('SIGKILL');
    };
    blow?.arm(world, strike);
    people.attend(course);
    while ((await lived(world, bot, people, () => blow?.now?.(world) === true && strike())) === 'dead') {
      const { signal } = await bot.exited;
      if (signal !== 'SIGKILL') throw new Error(`the bot ended by itself: ${bot.stdout()}${bot.stderr()}`);
      life.points.push(...points(bot));
      const at = points(bot).at(-1) ?? '';
      life.deaths.push(left.delete(at) ? at : (struck ?? 'nobody knows what'));
      letLeasesPass(world.dataFolder);
      bot = start();
    }
    life.points.push(...points(bot));
    await bot.stop();
    life.steps = (await leftBehind(world.dataFolder)).steps;
    life.faults.push(...(await brokenPromises(world)));
    if (blow !== undefined && struck === undefined) life.faults.push('it was never the time');
    return life;
  } catch (error) {
    return { ...life, faults: [...life.faults, String(error)] };
  } finally {
    people.leave();
    await Promise.all(bots.map((bot) => bot.stop()));
    await world.close();
  }
}

/** Waits until a bot is dead, or everything is done and said. */
async function lived(
  world: RestoreWorld,
  bot: BotProcess,
  people: People,
  look: () => void,
): Promise<'dead' | 'over'> {
  let isDead = false;
  void bot.exited.then(() => {
    isDead = true;
  });
  await eventually(
    'the restore is over, or its bot is dead',
    async () => {
      look();
      return isDead || (people.isOver() && (await isQuiet(world, bot)));
    },
    () => `${people.run()?.text}\n${JSON.stringify(people.answers)}\n${bot.stdout()}${bot.stderr()}`,
    PATIENCE_MS,
  );
  return isDead ? 'dead' : 'over';
}

/** The engine knows of the end, and nothing is left to be said. */
async function isQuiet({ dataFolder }: RestoreWorld, bot: BotProcess): Promise<boolean> {
  if (!engineRuns(dataFolder).every((status) => status === 'completed')) return false;
  try {
    return await isAllSaid(bot);
  } catch {
    // It is not there yet, or died just now.
    return false;
  }
}
