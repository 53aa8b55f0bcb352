import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Played } from './play.ts';

const SCRIPT = fileURLToPath(new URL('./schedules.ts', import.meta.url));
/** At some moments each waits for the wall alone. */
const PROCESSES = availableParallelism() + 1;
/** So many in one process, which takes two seconds to start. */
const BATCH = 25;

/** A line of the script's. */
export interface Line extends Played {
  seed: number;
  way: string;
  ms: number;
  /** The schedule, where a promise was broken. */
  words?: string;
}

/** Plays so many schedules from a seed on, in processes of their own. */
export async function playAll(from: number, count: number): Promise<Line[]> {
  const lines: Line[] = [];
  let next = 0;
  // Some schedules take ten times as long as others, so nobody gets a fixed share of them.
  const playBatches = async () => {
    while (next < count) {
      const first = next;
      next = Math.min(count, first + BATCH);
      lines.push(...(await playSome(from + first, next - first)));
    }
  };
  await Promise.all(Array.from({ length: PROCESSES }, playBatches));
  return lines;
}

function playSome(from: number, count: number): Promise<Line[]> {
  return new Promise((resolve, reject) => {
    const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
    const child = spawn(process.execPath, [SCRIPT, String(from), String(count)], {
      env: { PATH, HOME, NODE_COMPILE_CACHE },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      const lines = stdout.split('\n').filter(Boolean);
      if (code === 0) resolve(lines.map((line): Line => JSON.parse(line)));
      else
        reject(
          new Error(`from ${from} on it ended with ${code} after ${lines.length} of ${count}: ${stderr}`),
        );
    });
  });
}

/** What is wrong, in words that say how to play it again; nothing else. */
export function broken(lines: readonly Line[]): string[] {
  return lines.flatMap(({ faults, words, answers, headline }) =>
    faults.length === 0
      ? []
      : [`${words}\n  answered ${JSON.stringify(answers)}\n  “${headline}”\n  ${faults.join('\n  ')}`],
  );
}
