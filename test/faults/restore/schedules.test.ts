import { broken, playAll } from './played.ts';

/**
 * RESTORE_SEED plays one schedule again, alone. Those of every day begin with the same seed, so that a change is judged by
 * what it changed; a thousand from a seed that is drawn are in `npm run test:long`.
 */
const alone = process.env.RESTORE_SEED;
const seed = Number(alone ?? 1);
const COUNT = alone === undefined ? 24 : 1;

it(`a restore keeps its promises in ${COUNT} schedules of faults (from RESTORE_SEED=${seed} on)`, async () => {
  const played = await playAll(seed, COUNT);
  expect(broken(played)).toEqual([]);
  expect(played).toHaveLength(COUNT);
  if (COUNT === 1) return;
  // Otherwise it would show little.
  expect(new Set(played.map(({ way }) => way)).size).toBe(3);
  expect(played.reduce((sum, { troubles }) => sum + troubles, 0)).toBeGreaterThan(COUNT / 2);
  expect(new Set(played.map(({ headline }) => headline.slice(0, 12))).size).toBeGreaterThan(2);
}, 300_000);
