import { broken, playAll } from './played.ts';

const COUNT = 1_000;
/** RESTORE_FROM plays those of an earlier run again; RESTORE_SEED, of `npm test`, one of them alone. */
const seed = Number(process.env.RESTORE_FROM ?? Math.floor(Math.random() * 1e6));

it(`a restore keeps its promises in ${COUNT} schedules of faults (RESTORE_FROM=${seed})`, async () => {
  const played = await playAll(seed, COUNT);
  const ends: Record<string, number> = {};
  for (const { headline } of played) {
    const end = headline.replace(/\(?\b(?:i-\w+|bk-[\w-]+|rs-[\w-]+)\)?/g, '…');
    ends[end] = (ends[end] ?? 0) + 1;
  }
  process.stdout.write(`${COUNT} schedules from ${seed} on: ${JSON.stringify(ends, null, 2)}\n`);
  expect(broken(played)).toEqual([]);
  expect(played).toHaveLength(COUNT);
}, 1_200_000);
