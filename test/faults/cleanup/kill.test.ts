import { type KillCleanup, killedCleanup } from './kill.ts';

const POINTS = ['vote', 'handover', 'approval', 'connect', 'console', 'look', 'delete', 'finish'].flatMap(
  (step) => [`${step}/started`, `${step}/done`],
);

const KILLS: KillCleanup[] = [
  ...POINTS.map((at) => ({ name: at, at })),
  // Each in the moment in which the machine has just deleted one, and its answer is still to come.
  ...[2, 1, 0].map((left) => ({ name: `${left} of 3 builds are left`, left })),
];

let outcomes: [string, string[]][];

/** All side by side: most wait for the 30 s after which the engine gives a killed process's run to the next one. */
beforeAll(async () => {
  outcomes = await Promise.all(
    KILLS.map(async (kill): Promise<[string, string[]]> => [kill.name, await killedCleanup(kill)]),
  );
}, 300_000);

it('a clean-up whose bot is killed deletes each build once and tells what it has seen, whenever that was', () => {
  expect(outcomes.filter(([, faults]) => faults.length > 0)).toEqual([]);
});
