import { DRAWN, drawn, wrongWith } from '../drawn.ts';
import { type KillCleanup, killedCleanup } from './kill.ts';

const POINTS = ['vote', 'handover', 'approval', 'connect', 'console', 'look', 'delete', 'finish'].flatMap(
  (step) => [`${step}/started`, `${step}/done`],
);

const KILLS: KillCleanup[] = [
  ...POINTS.map((at) => ({ name: at, at })),
  // Each in the moment in which the machine has just deleted one, and its answer is still to come.
  ...[2, 1, 0].map((left) => ({ name: `${left} of 3 builds are left`, left })),
];

const kills = drawn('cleanup/kill', KILLS, 4);

it(`a clean-up whose bot is killed deletes each build once and tells what it has seen, whenever that was (${DRAWN})`, async () => {
  expect(await wrongWith(kills.map((kill) => [kill.name, () => killedCleanup(kill)]))).toEqual([]);
}, 600_000);
