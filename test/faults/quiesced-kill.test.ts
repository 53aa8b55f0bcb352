import { backupStages } from '../../src/core/backup-stages.ts';
import type { World } from '../../src/sandbox/world.ts';
import { appOf, type KillQuiesced, killedQuiesced } from './quiesced-kill.ts';

/** What only such a backup has, and what is beside it; the rest is killed in kill.test.ts and approval-kill.test.ts. */
const ELSEWHERE = new Set(['approval', 'find', 'permissions', 'compare', 'size', 'record', 'retention']);
const STEPS = backupStages('quiesced', { ssh: true }).flatMap(({ key }) => (ELSEWHERE.has(key) ? [] : [key]));

const POINTS = [...STEPS, 'finish'].flatMap((step) => [`${step}/started`, `${step}/done`]);

const ec2Fell = (world: World) => world.ec2.calls.some((call) => call.result.startsWith('silence'));
const isApp = (state: string) => (world: World) => appOf(world).app().state === state;

const KILLS: KillQuiesced[] = [
  ...POINTS.map((at) => ({ name: at, at })),
  { name: 'CircleCI is stopping', now: isApp('stopping') },
  { name: 'CircleCI is starting', now: isApp('starting') },
  // The answer is lost with the process, and with it whether there is an image.
  ...[true, false].map((applied) => ({
    name: `CreateImage, ${applied ? 'done' : 'not done'}`,
    arm: (world: World) =>
      world.ec2.faults.push({ action: 'CreateImage', realCallsOnly: true, kind: 'silence', applied }),
    now: ec2Fell,
  })),
];

let outcomes: [string, string[]][];

beforeAll(async () => {
  outcomes = await Promise.all(
    KILLS.map(async (kill): Promise<[string, string[]]> => [kill.name, await killedQuiesced(kill)]),
  );
}, 600_000);

it('a backup for which CircleCI is stopped has it up again and stops it once, whenever its bot is killed', () => {
  expect(outcomes.filter(([, faults]) => faults.length > 0)).toEqual([]);
});
