import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { World } from '../../sandbox/world.ts';
import { memoryOf } from './memory.ts';

const PROGRAMS = {
  baseline: join(import.meta.dirname, 'bare-bolt.ts'),
  ours: join(import.meta.dirname, '../../src/main.ts'),
} as const;

export type Side = keyof typeof PROGRAMS;

/** One of the two programs, in a process of its own. */
export interface Contestant {
  /** From the start of the process to the ack of the first command, in ms. */
  readyMs: number;
  /** Resident memory now, in MB. */
  residentMb(): number;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 2;

/** Starts a program against the world's servers and waits until it has acknowledged a command. */
export async function startContestant(
  side: Side,
  world: World,
  options: { nodeFlags?: readonly string[]; env?: Record<string, string> } = {},
): Promise<Contestant> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...(options.nodeFlags ?? []), PROGRAMS[side]], {
    // Nothing of the caller's environment, so that no .env and no NODE_OPTIONS changes what is measured.
    env: { ...world.env, ...options.env },
    cwd: world.dataFolder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const errors: string[] = [];
  child.stderr?.on('data', (chunk) => errors.push(String(chunk)));
  try {
    await until(`the ${side} connects`, child, errors, () => world.slack.socketCount() > 0);
    const { ackMs } = await world.slack.command(world.ana.id, world.channel.id, 'help');
    if (ackMs === undefined) throw new Error(`the ${side} did not acknowledge its first command`);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return {
    readyMs: performance.now() - startedAt,
    residentMb: () => memoryOf(child.pid).residentMb,
    stop: () => stop(child),
  };
}

async function until(
  what: string,
  child: ChildProcess,
  errors: readonly string[],
  condition: () => boolean,
): Promise<void> {
  const startedAt = performance.now();
  while (!condition()) {
    if (child.exitCode !== null) throw new Error(`waiting until ${what}, it ended:\n${errors.join('')}`);
    if (performance.now() - startedAt > READY_WITHIN_MS) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
