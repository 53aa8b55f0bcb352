import { createWorld, type World } from '../../sandbox/world.ts';
import { type Contestant, type Side, startContestant } from './contestant.ts';
import { percentile } from './figures.ts';
import { load } from './load.ts';
import type { Measure } from './report.ts';

/** What people ask for; `now` is refused, for a backup is running all the time. */
const MIX = ['help', 'status', 'history', 'now'] as const;
/** Longer than the benchmark: the target stays busy. */
const BUSY_SECONDS = { min: 3_600, max: 3_600 };
const WARM_UP_SECONDS = 1;

export interface AckOptions {
  rounds: number;
  seconds: number;
  perSecond: number;
}

/** How long a command waits for its ack under load, round by round in turn. */
export async function measureAcks(options: AckOptions): Promise<Measure[]> {
  const { rounds, seconds, perSecond } = options;
  const sides: Record<Side, { world: World; contestant: Contestant }> = {
    baseline: await startSide('baseline'),
    ours: await startSide('ours'),
  };
  const times: Record<Side, number[][]> = { baseline: [], ours: [] };
  try {
    const { world } = sides.ours;
    await world.slack.command(world.ana.id, world.channel.id, 'now');
    for (const side of ['baseline', 'ours'] as const) {
      await load(sides[side].world, { perSecond, seconds: Math.min(seconds, WARM_UP_SECONDS), texts: MIX });
    }
    for (let round = 0; round < rounds; round += 1) {
      // Who goes first changes, so that nobody has the quieter half of each round.
      const order = round % 2 === 0 ? (['baseline', 'ours'] as const) : (['ours', 'baseline'] as const);
      for (const side of order)
        times[side].push(await load(sides[side].world, { perSecond, seconds, texts: MIX }));
    }
  } finally {
    for (const { contestant, world } of Object.values(sides)) {
      await contestant.stop();
      await world.close();
    }
  }
  const row = (name: string, share: number): Measure => ({
    name,
    unit: 'ms',
    baseline: times.baseline.map((round) => percentile(round, share)),
    ours: times.ours.map((round) => percentile(round, share)),
  });
  return [
    row(`ack at ${perSecond} commands/s, p50`, 0.5),
    { ...row(`ack at ${perSecond} commands/s, p99`, 0.99), aim: 1.25 },
  ];
}

async function startSide(side: Side): Promise<{ world: World; contestant: Contestant }> {
  const world = await createWorld({ ec2: { snapshotSeconds: BUSY_SECONDS } });
  return { world, contestant: await startContestant(side, world) };
}
