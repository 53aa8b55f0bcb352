import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wallSleep } from 'node:timers/promises';
import type { World } from '../../../sandbox/world.ts';
import { BOT, clockOf, isAllSaid, points } from '../bot-in.ts';
import { eventually } from '../eventually.ts';
import { letLeasesPass } from '../leases.ts';
import { type BotProcess, spawnBot } from '../process.ts';

/** Times as fast as the wall: a week in 100 s. */
export const SPEED = 6_048;
const HOUR = 3_600_000;
const DAY_MS = 24 * HOUR;
/** A slot each 2.4 s of the wall, in which a backup fits even where the machine is busy. */
export const SLOT_MS = 4 * HOUR;

const POINTS = [
  'request',
  'handover',
  'find',
  'permissions',
  'image',
  'snapshots',
  'record',
  'finish',
].flatMap((step) => [`${step}/started`, `${step}/done`]);

/** What the bot's life was like. */
export interface Life {
  /** The first slot that it was there for. */
  from: number;
  /** When the last bot was stopped. */
  to: number;
  kills: number;
  /** How many of the kills hit a run on its way. */
  killedRuns: number;
}

/**
 * A bot that is killed and started again for so many days of the clock, at times drawn from `random`; in the end it is left
 * alone until nothing is under way, and stopped.
 */
export async function liveThroughKills(world: World, days: number, random: () => number): Promise<Life> {
  const { clock, dataFolder } = world;
  const life = { from: 0, to: 0, kills: 0, killedRuns: 0 };
  let bot = startsIn(world);
  try {
    // Before its first look a schedule is new, and what was before that is nothing to it. The step is told of inside the
    // transaction of the look, so only the row itself says that the slot is settled.
    const first = bot;
    await eventually(
      'the first backup is asked for',
      () => points(first).includes('request/done') && firstSlot(dataFolder) > 0,
      bot.stdout,
    );
    life.from = firstSlot(dataFolder);
    while (clock.now() < life.from + days * DAY_MS) {
      await killed(bot, random);
      life.kills += 1;
      life.killedRuns += letLeasesPass(dataFolder);
      await wallSleep(random() * 600);
      // Every other one ends itself at a point that a moment drawn by chance would seldom hit.
      const at = POINTS[Math.floor(random() * POINTS.length * 2)];
      bot = startsIn(world, at === undefined ? {} : { KILL_AT: at });
    }
    if (bot.killsItself) {
      await killed(bot, random);
      letLeasesPass(dataFolder);
      bot = startsIn(world);
    }
    const last: BotProcess = bot;
    await last.ready();
    const seen = () => `${locksIn(dataFolder)} locks\n${last.stdout()}${last.stderr()}`;
    await eventually(
      'nothing is under way',
      async () => locksIn(dataFolder) === 0 && (await isAllSaid(last)),
      seen,
    );
    await last.stop();
    life.to = clock.now();
    return life;
  } finally {
    await bot.stop();
  }
}

type Mortal = BotProcess & { killsItself: boolean };

/** A bot that may be killed before it is ready. */
function startsIn(world: World, own: { KILL_AT?: string } = {}): Mortal {
  const env = { ...world.env, BOT_CLOCK: clockOf(world, SPEED), ...own };
  const bot = spawnBot({ script: BOT, cwd: world.dataFolder, env });
  return { ...bot, killsItself: own.KILL_AT !== undefined };
}

/** Resolves when the bot is dead: by itself, or at a time drawn by chance. */
async function killed(bot: Mortal, random: () => number): Promise<void> {
  // One in four dies while it starts, which takes a second or more.
  const starting = !bot.killsItself && random() < 0.25;
  const ready = starting ? undefined : bot.ready().catch(() => {});
  await Promise.race([bot.exited, ready]);
  await Promise.race([bot.exited, wallSleep(starting ? 100 + random() * 900 : random() * 4_000)]);
  bot.signal('SIGKILL');
  const { signal } = await bot.exited;
  if (signal !== 'SIGKILL') throw new Error(`the bot ended by itself: ${bot.stdout()}${bot.stderr()}`);
}

/** 0 while there is none. */
function firstSlot(folder: string): number {
  return numberIn(
    folder,
    `select min(json_extract(detail, '$.slot')) as n from audit where kind = 'request'`,
  );
}

function locksIn(folder: string): number {
  return numberIn(folder, 'select count(*) as n from locks');
}

function numberIn(folder: string, sql: string): number {
  const store = new DatabaseSync(join(folder, 'store.db'), { readOnly: true, timeout: 5_000 });
  try {
    return Number(store.prepare(sql).get()?.n);
  } finally {
    store.close();
  }
}
