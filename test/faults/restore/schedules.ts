import { play } from './play.ts';
import { drawSchedule, scheduleInWords } from './schedule.ts';

/**
 * Plays COUNT schedules from the seed FROM on, one after another: `node restore-schedules.ts FROM COUNT`. Prints a line of
 * JSON each, with what is wrong, and how to play it again alone where something is.
 */
async function main(): Promise<void> {
  const [from = 0, count = 1] = process.argv.slice(2).map(Number);
  for (let seed = from; seed < from + count; seed += 1) {
    const schedule = drawSchedule(seed);
    const began = performance.now();
    const played = await play(schedule);
    const said = {
      seed,
      ms: Math.round(performance.now() - began),
      way: schedule.filled.way,
      ...played,
      ...(played.faults.length > 0 ? { words: scheduleInWords(schedule) } : {}),
    };
    await new Promise((written) => process.stdout.write(`${JSON.stringify(said)}\n`, written));
  }
}

await main();
process.exit(0);
