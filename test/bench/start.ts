import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWorld } from '../../sandbox/world.ts';
import { type Side, startContestant } from './contestant.ts';
import type { Measure } from './report.ts';

/** What a program allocates while it starts is let go of soon after; memory is read after this. */
const SETTLE_MS = 1_200;

interface Start {
  readyMs: number;
  residentMb: number;
}

/**
 * From the start of the process to the first acknowledged command, and the memory held after a `status`. Cold: Node compiles all
 * modules. Warm: with Node's compile cache (NODE_COMPILE_CACHE) filled by a start before, for both sides alike.
 */
export async function measureStarts(options: { rounds: number }): Promise<Measure[]> {
  const cacheFolder = mkdtempSync(join(tmpdir(), 'circleci-backup-bench-'));
  try {
    const cache: Record<Side, Record<string, string>> = {
      baseline: { NODE_COMPILE_CACHE: join(cacheFolder, 'baseline') },
      ours: { NODE_COMPILE_CACHE: join(cacheFolder, 'ours') },
    };
    const cold: Record<Side, Start[]> = { baseline: [], ours: [] };
    const warm: Record<Side, Start[]> = { baseline: [], ours: [] };
    for (const side of ['baseline', 'ours'] as const) await startOnce(side, cache[side], 0);
    for (let round = 0; round < options.rounds; round += 1) {
      for (const side of ['baseline', 'ours'] as const) {
        cold[side].push(await startOnce(side, {}, SETTLE_MS));
        warm[side].push(await startOnce(side, cache[side], 0));
      }
    }
    const rows = (starts: Record<Side, Start[]>, what: keyof Start) => ({
      baseline: starts.baseline.map((start) => start[what]),
      ours: starts.ours.map((start) => start[what]),
    });
    return [
      { name: 'start to first ack', unit: 'ms', ...rows(cold, 'readyMs'), aim: 1.3 },
      { name: 'start to first ack, compile cache', unit: 'ms', ...rows(warm, 'readyMs'), aim: 1.3 },
      { name: 'resident memory, idle', unit: 'MB', ...rows(cold, 'residentMb'), aim: 1.5 },
    ];
  } finally {
    rmSync(cacheFolder, { recursive: true, force: true });
  }
}

async function startOnce(side: Side, env: Record<string, string>, settleMs: number): Promise<Start> {
  const world = await createWorld();
  try {
    const contestant = await startContestant(side, world, { env });
    try {
      if (settleMs > 0) {
        // Our side loads AWS's SDK at its first use, the baseline at its start: memory is compared when both have it.
        await world.slack.command(world.ana.id, world.channel.id, 'status');
        await new Promise((resolve) => setTimeout(resolve, settleMs));
      }
      return { readyMs: contestant.readyMs, residentMb: contestant.residentMb() };
    } finally {
      await contestant.stop();
    }
  } finally {
    await world.close();
  }
}
