import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { countOf, DRAWN, seed } from '../drawn.ts';
import type { Played } from './play.ts';

const SCRIPT = fileURLToPath(new URL('./main.ts', import.meta.url));
/** At some moments each waits for the wall alone. */
const PROCESSES = availableParallelism() + 1;
/** So many in one process, which takes two seconds to start. */
const BATCH = 25;
const ALL = 1_000;

/** A line of the script's. */
export interface Line extends Played {
  seed: number;
  kind: string;
  ms: number;
  /** The schedule, where a promise was broken. */
  words?: string;
}

/** The schedules of a workflow: so `few` of them every day. */
export function inSchedules(name: string, few: number): void {
  const count = countOf(few, ALL);

  it(`${name}: promises are kept in ${count} schedules of faults (${DRAWN})`, async () => {
    const played = await playAll(name, seed, count);
    const ends = counted(played.map(({ headline }) => endOf(headline)));
    process.stdout.write(`${name}: ${count} of ${ALL}, ${DRAWN}: ${JSON.stringify(ends)}\n`);
    expect(broken(played)).toEqual([]);
    expect(played).toHaveLength(count);
    if (count < 24) return;
    // Otherwise it would show little.
    expect(Object.keys(counted(played.map(({ kind }) => kind))).length).toBeGreaterThan(1);
    expect(played.reduce((sum, { troubles }) => sum + troubles, 0)).toBeGreaterThan(count / 2);
    expect(Object.keys(ends).length).toBeGreaterThan(2);
  }, 5_400_000);
}

/** Without what is another one each time. */
function endOf(headline: string): string {
  return headline.replace(/\(?\b(?:i-\w+|(?:bk|rs|cl|pr|rl)-[\w-]+)\)?/g, '…');
}

function counted(of: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(of, (one) => one)].map(([one, all]) => [one, all.length]));
}

/** Plays so many schedules from a seed on, in processes of their own. */
async function playAll(name: string, from: number, count: number): Promise<Line[]> {
  const lines: Line[] = [];
  let next = 0;
  // Some schedules take ten times as long as others, so nobody gets a fixed share of them.
  const playBatches = async () => {
    while (next < count) {
      const first = next;
      next = Math.min(count, first + BATCH);
      lines.push(...(await playSome(name, from + first, next - first)));
    }
  };
  await Promise.all(Array.from({ length: PROCESSES }, playBatches));
  return lines;
}

function playSome(name: string, from: number, count: number): Promise<Line[]> {
  return new Promise((resolve, reject) => {
    const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
    const child = spawn(process.execPath, [SCRIPT, name, String(from), String(count)], {
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
function broken(lines: readonly Line[]): string[] {
  return lines.flatMap(({ faults, words, answers, headline }) =>
    faults.length === 0
      ? []
      : [`${words}\n  answered ${JSON.stringify(answers)}\n  “${headline}”\n  ${faults.join('\n  ')}`],
  );
}
