import { countOf, DRAWN, seed } from '../drawn.ts';
import { broken, playAll } from './played.ts';

const count = countOf(8, 1_000);

it(`a restore keeps its promises in ${count} schedules of faults (${DRAWN})`, async () => {
  const played = await playAll(seed, count);
  const ends: Record<string, number> = {};
  for (const { headline } of played) {
    const end = headline.replace(/\(?\b(?:i-\w+|bk-[\w-]+|rs-[\w-]+)\)?/g, '…');
    ends[end] = (ends[end] ?? 0) + 1;
  }
  process.stdout.write(`restore/schedules: ${count} of 1000, ${DRAWN}: ${JSON.stringify(ends)}\n`);
  expect(broken(played)).toEqual([]);
  expect(played).toHaveLength(count);
  if (count < 24) return;
  // Otherwise it would show little.
  expect(new Set(played.map(({ way }) => way)).size).toBe(3);
  expect(played.reduce((sum, { troubles }) => sum + troubles, 0)).toBeGreaterThan(count / 2);
  expect(Object.keys(ends).length).toBeGreaterThan(2);
}, 1_200_000);
