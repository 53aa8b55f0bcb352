import { backingUpAway, backingUpLive } from '../backup/backing-up.ts';
import { cleaningUp } from '../cleanup/cleaning-up.ts';
import { restoring } from '../restore/restoring.ts';
import { retaining } from '../retention/retaining.ts';
import { play } from './play.ts';
import { drawSchedule, scheduleInWords } from './schedule.ts';
import type { GuardedWorld, Workflow } from './workflow.ts';

const PLAYS = new Map([
  playing(backingUpLive),
  playing(backingUpAway),
  playing(restoring),
  playing(retaining),
  playing(cleaningUp),
]);

/**
 * Plays COUNT schedules of a workflow from the seed FROM on, one after another: `node main.ts NAME FROM COUNT`. Prints a line
 * of JSON each, with what is wrong, and how to play it again alone where something is.
 */
async function main(): Promise<void> {
  const [name = '', ...numbers] = process.argv.slice(2);
  const [from = 0, count = 1] = numbers.map(Number);
  const playSeed = PLAYS.get(name);
  if (playSeed === undefined) throw new Error(`there are ${[...PLAYS.keys()].join(', ')}, and no ${name}`);
  for (let seed = from; seed < from + count; seed += 1) {
    const began = performance.now();
    const played = await playSeed(seed);
    const said = { seed, ms: Math.round(performance.now() - began), ...played };
    await new Promise((written) => process.stdout.write(`${JSON.stringify(said)}\n`, written));
  }
}

function playing<W extends GuardedWorld, S>(
  workflow: Workflow<W, S>,
): [name: string, playSeed: (seed: number) => Promise<object>] {
  const { name } = workflow;
  return [
    name,
    async (seed) => {
      const schedule = drawSchedule(workflow, seed);
      const played = await play(workflow, schedule);
      const words = played.faults.length > 0 ? { words: scheduleInWords(name, schedule) } : {};
      return { kind: workflow.kind(schedule.setting), ...played, ...words };
    },
  ];
}

await main();
process.exit(0);
