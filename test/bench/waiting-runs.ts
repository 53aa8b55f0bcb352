import { startContestant } from './contestant.ts';
import { backUpAll, createFleetWorld, until } from './fleet.ts';

/** Longer than the benchmark: all runs wait. */
const AN_HOUR = { min: 3_600, max: 3_600 };
const SETTLE_MS = 2_000;
const WITHIN_MS = 60_000;

/** The bot's resident memory in MB with no run, and with `runs` of them waiting for EC2. */
export async function measureWaitingRuns(runs: number): Promise<{ idleMb: number; waitingMb: number }> {
  const { world, names } = await createFleetWorld(runs, { speed: 1, imageSeconds: AN_HOUR });
  try {
    const bot = await startContestant('ours', world);
    try {
      // A status first: what is loaded at the first use of EC2 belongs to the idle bot.
      await world.slack.command(world.ana.id, world.channel.id, 'status t1');
      await settle();
      const idleMb = bot.residentMb();
      await backUpAll(world, names);
      await until('every image was begun', WITHIN_MS, () => world.ec2.images.size === runs);
      await settle();
      return { idleMb, waitingMb: bot.residentMb() };
    } finally {
      await bot.stop();
    }
  } finally {
    await world.close();
  }
}

function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
}
