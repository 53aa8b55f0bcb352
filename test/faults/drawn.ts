import { drawsOf } from './draws.ts';
import { turns } from './turns.ts';

/**
 * Suites that are too long for every day. `npm test` plays a sample of each, drawn by a seed that it prints; `npm run
 * test:long` plays them whole, or NAME alone, COUNT of them, as SEED draws them.
 */
const { SEED = String(Math.floor(Math.random() * 1e6)), COUNT } = process.env;

export const seed = Number(SEED);

/** What a failure says first: the same seed and count draw the same again. */
export const DRAWN = `SEED=${SEED}${COUNT === undefined ? '' : ` COUNT=${COUNT}`}`;

/** How many are played now: `few` in `npm test`, all there are where nothing else is asked for. */
export function countOf(few: number, all: number): number {
  return Math.min(all, COUNT === undefined ? few : Number(COUNT));
}

/** Those that are played now, in the order in which they were drawn. */
export function drawn<T>(name: string, of: readonly T[], few: number): T[] {
  const some = drawsOf(`${SEED} ${name}`).some(countOf(few, of.length), of);
  process.stdout.write(`${name}: ${some.length} of ${of.length}, ${DRAWN}\n`);
  return some;
}

/** One piece of such a suite: it gives what is wrong in the end. */
export type Life = [name: string, live: () => Promise<string[]>];

/** Lives them, so many at once (each holds a world and a bot), and gives what was wrong with which. */
export async function wrongWith(lives: readonly Life[], atOnce = 4): Promise<string[][]> {
  const inTurn = turns(atOnce);
  const all = await Promise.all(lives.map(([name, live]) => inTurn(async () => [name, ...(await live())])));
  return all.filter(([, ...faults]) => faults.length > 0);
}
