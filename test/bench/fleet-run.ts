import { type CallCounts, callCounts, completeBackups, total } from './ec2-calls.ts';
import { backUpAll, createFleetWorld, until } from './fleet.ts';
import { startFleetProcess } from './fleet-process.ts';

const WITHIN_MS = 300_000;
/** What is loaded and thrown away on the way is over by then. */
const SETTLE_MS = 3_000;

export interface FleetRun {
  size: number;
  calls: CallCounts;
  /** From the first request to the last complete backup, in wall ms. */
  tookMs: number;
  /** Resident, in MB: before the first backup, while all wait for EC2, and the most there ever was. */
  idleMb: number;
  waitingMb: number;
  peakMb: number;
}

/** Backs up `size` machines at once, from the requests to the last complete backup, by a bot in its own process. */
export async function runFleet(options: {
  size: number;
  speed: number;
  settleMs?: number;
}): Promise<FleetRun> {
  const { size, speed, settleMs = SETTLE_MS } = options;
  const settle = () => new Promise((resolve) => setTimeout(resolve, settleMs));
  const { world, names } = await createFleetWorld(size, { speed });
  try {
    const bot = await startFleetProcess(world, speed);
    try {
      // A status first: what is loaded at the first use of EC2 belongs to the idle bot.
      await world.slack.command(world.ana.id, world.channel.id, 'status t1');
      await settle();
      const idleMb = await bot.collectedMb();
      const startedAt = performance.now();
      await backUpAll(world, names);
      await until('every image was begun', WITHIN_MS, () => world.ec2.images.size === size);
      await settle();
      const waitingMb = await bot.collectedMb();
      await until('every backup is complete', WITHIN_MS, () => completeBackups(world) === size);
      const tookMs = performance.now() - startedAt;
      const peakMb = bot.peakMb();
      return { size, calls: callCounts(world), tookMs, idleMb, waitingMb, peakMb };
    } finally {
      await bot.stop();
    }
  } finally {
    await world.close();
  }
}

/** Aligned lines: what a backup costs, and what the bot needs for all of them. */
export function fleetTable(runs: readonly FleetRun[]): string {
  const [one] = runs;
  const times = (mb: number, of: number | undefined) =>
    `${mb.toFixed(0)} MB (${(mb / (of ?? mb)).toFixed(2)}x)`;
  const rows = [
    ['targets', 'EC2 calls a backup', 'took', 'idle', 'all waiting', 'at its most'],
    ...runs.map(({ size, calls, tookMs, idleMb, waitingMb, peakMb }) => [
      String(size),
      (total(calls.ec2) / size).toFixed(2),
      `${(tookMs / 1_000).toFixed(0)} s`,
      times(idleMb, one?.idleMb),
      times(waitingMb, one?.waitingMb),
      times(peakMb, one?.peakMb),
    ]),
  ];
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) => row.map((cell, i) => cell.padStart(width(i))).join('  ')).join('\n');
}

/** Whether a fleet keeps what was promised of it: fewer calls a backup, and less than twice the memory of one target. */
export function fleetVerdict(runs: readonly FleetRun[]): string {
  const calls = runs.map((run) => total(run.calls.ec2) / run.size);
  const fall = calls.every((each, i) => i === 0 || each < (calls[i - 1] ?? 0));
  const [one, last] = [runs.at(0), runs.at(-1)];
  if (one === undefined || last === undefined) return 'nothing was measured';
  const ratio = Math.max(last.waitingMb / one.waitingMb, last.peakMb / one.peakMb);
  return (
    `Calls a backup fall with each size: ${fall ? 'reached' : 'missed'}. ` +
    `Memory below 2x of one target’s: ${ratio < 2 ? 'reached' : 'missed'} (${ratio.toFixed(2)}x).`
  );
}
