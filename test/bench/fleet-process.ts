import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { World } from '../../sandbox/world.ts';
import { until } from './fleet.ts';
import { memoryOf } from './memory.ts';

const BOT = join(import.meta.dirname, 'fleet-bot.ts');
const READY_WITHIN_MS = 60_000;

/** The bot in a process of its own, on its world's clock. */
export interface FleetProcess {
  /** Resident memory in MB once the garbage is collected. */
  collectedMb(): Promise<number>;
  /** The most there ever was, in MB. */
  peakMb(): number;
  stop(): Promise<void>;
}

/** Starts it, and resolves when it answers commands. `speed` is that of the world's clock. */
export async function startFleetProcess(world: World, speed: number): Promise<FleetProcess> {
  const clock = [speed, world.clock.now(), performance.timeOrigin + performance.now()];
  const child = spawn(process.execPath, [BOT], {
    env: { ...world.env, BOT_CLOCK: JSON.stringify(clock) },
    cwd: world.dataFolder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let failed = '';
  let collected = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    // Only the beginning is of use; the log of a thousand runs is not.
    if (said.length < 100_000) said += text;
    collected += text.split('\n').filter((line) => line === 'collected').length;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    failed += text;
  });
  try {
    await until('the bot is ready', READY_WITHIN_MS, () => {
      if (child.exitCode !== null) throw new Error(`the bot ended:\n${failed}`);
      return said.includes('the bot is ready');
    });
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return {
    async collectedMb() {
      const before = collected;
      child.kill('SIGUSR2');
      await until('the garbage is collected', READY_WITHIN_MS, () => collected > before);
      return memoryOf(child.pid).residentMb;
    },
    peakMb: () => memoryOf(child.pid).peakMb,
    stop: () => stop(child),
  };
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
