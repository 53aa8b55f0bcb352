import { scaledClock } from '../../sandbox/scaled-clock.ts';
import type { SshConnection } from '../../src/core/ports/ssh.ts';
import { createOpenDevConsole } from '../../src/gateways/dev-console/dev-console.ts';
import { consolePerBuild } from './console-per-build.ts';
import { type ConsoleTimes, createConsoleWorld } from './console-world.ts';
import { median } from './figures.ts';
import type { Measure } from './report.ts';

const FOR_EVER_MS = 600_000;

export interface CleanupResult {
  measures: Measure[];
  /** Lines that tell how it was measured. */
  details: string[];
}

interface OptionsOfCleanup extends ConsoleTimes {
  size: number;
  rounds: number;
  /** Of the baseline: each is one measured console. */
  consoles: number;
}

/**
 * Deletes `size` builds in one session, and measures a few of the consoles that the document's way opens, on the wall's
 * clock. The whole of that way is the median of those times the number of builds: nobody waits for eight minutes.
 */
export async function measureCleanup(options: OptionsOfCleanup): Promise<CleanupResult> {
  const { size, rounds, consoles, loadMs, formMs } = options;
  const ours: number[] = [];
  const baseline: number[] = [];
  let forms = 0;
  for (let round = 0; round < Math.max(rounds, consoles); round += 1) {
    if (round < consoles) baseline.push(await timeOneConsole(options));
    if (round >= rounds) continue;
    const taken = await timeOneSession(options);
    ours.push(taken.ms);
    forms = taken.forms;
  }
  const leastMs = loadMs + forms * formMs;
  const perConsole = median(baseline);
  const faster = (perConsole * size) / median(ours);
  return {
    measures: [
      {
        name: `${size} builds deleted`,
        unit: 'ms',
        baseline: baseline.map((ms) => ms * size),
        ours,
        aim: 1 / 50,
      },
      {
        name: `${size} builds, beside the console's own time`,
        unit: 'ms',
        baseline: [leastMs],
        ours,
        aim: 1.2,
      },
    ],
    details: [
      `The console loads for ${loadMs / 1000} s and takes ${formMs} ms a form. One session: ${forms} forms for ${size} builds, ` +
        `each looked for before and seen gone twice.`,
      `A console a build: ${baseline.length} measured, ${(perConsole / 1000).toFixed(2)} s each, with one form; times ${size}. ` +
        `${faster.toFixed(0)}x as fast.`,
    ],
  };
}

async function timeOneConsole(times: ConsoleTimes): Promise<number> {
  const world = await createConsoleWorld(1, times);
  try {
    const startedAt = performance.now();
    await consolePerBuild(
      world.connect,
      world.builds.map(({ url }) => url),
    );
    const ms = performance.now() - startedAt;
    if (world.left() > 0) throw new Error('The baseline has left a build');
    return ms;
  } finally {
    await world.close();
  }
}

async function timeOneSession(options: OptionsOfCleanup): Promise<{ ms: number; forms: number }> {
  const world = await createConsoleWorld(options.size, options);
  const openDevConsole = createOpenDevConsole({ clock: scaledClock(1), redact: (text) => text });
  try {
    const startedAt = performance.now();
    const { connection, typed } = counting(await world.connect());
    const console = await openDevConsole(connection, {
      command: 'circleci dev-console',
      openMs: FOR_EVER_MS,
      answerMs: FOR_EVER_MS,
      signal: new AbortController().signal,
    });
    for (const build of world.builds) {
      const { result } = await console.delete(build);
      if (result !== 'deleted') throw new Error(`${build.url}: ${result}`);
    }
    await console.close();
    connection.close();
    const ms = performance.now() - startedAt;
    if (world.left() > 0) throw new Error('Some builds are left');
    return { ms, forms: typed().filter((text) => text.startsWith('(')).length };
  } finally {
    await world.close();
  }
}

/** The same connection, with what is typed into its terminals. */
function counting(connection: SshConnection): { connection: SshConnection; typed: () => string[] } {
  const typed: string[] = [];
  return {
    typed: () => typed,
    connection: {
      ...connection,
      async openTerminal(signal) {
        const terminal = await connection.openTerminal(signal);
        return {
          ...terminal,
          write(text) {
            typed.push(text);
            terminal.write(text);
          },
        };
      },
    },
  };
}
