import type { World } from '../../../sandbox/world.ts';
import { DRAWN, drawn, wrongWith } from '../drawn.ts';
import { isComplete, runMessages } from '../told.ts';
import { dryRun, type Kill, killed } from './kill.ts';

const slackFell = (world: World) => world.slack.calls.some((call) => call.result.startsWith('silence'));
const ec2Fell = (world: World) => world.ec2.calls.some((call) => call.result.startsWith('silence'));

/** Killed while a peer has done what it was asked for (or not), and before its answer arrives. */
const ANSWERS_LOST: Kill[] = [true, false].flatMap((applied) => {
  const done = applied ? 'done' : 'not done';
  const silence = { kind: 'silence', applied } as const;
  return [
    {
      name: `the first message, ${done}`,
      arm: (world) => world.slack.faults.push({ method: 'chat.postMessage', ...silence }),
      now: slackFell,
    },
    {
      name: `an edit, ${done}`,
      arm: (world) => world.slack.faults.push({ method: 'chat.update', ...silence }),
      now: slackFell,
    },
    {
      name: `the note of the end, ${done}`,
      arm(world) {
        const off = world.slack.onChange(() => {
          if (!runMessages(world).some(isComplete)) return;
          off();
          world.slack.faults.push({ method: 'chat.postMessage', ...silence });
        });
      },
      now: slackFell,
    },
    {
      name: `CreateImage, ${done}`,
      arm: (world) => world.ec2.faults.push({ action: 'CreateImage', realCallsOnly: true, ...silence }),
      now: ec2Fell,
    },
    ...['CreateTags', 'DeregisterImage', 'DeleteSnapshot'].map((action) => ({
      name: `${action}, ${done}`,
      arm: (world: World) => world.ec2.faults.push({ action, ...silence }),
      now: ec2Fell,
    })),
  ];
});

let whole: Awaited<ReturnType<typeof dryRun>>;

beforeAll(async () => {
  whole = await dryRun();
}, 300_000);

describe(`a backup whose bot is killed (${DRAWN})`, () => {
  it('can be killed at each of its steps, for each of them is told', () => {
    expect(whole.faults).toEqual([]);
    const told = ['request', 'handover', ...whole.steps].flatMap((step) => [
      `${step}/started`,
      `${step}/done`,
    ]);
    expect([...new Set(whole.points)].sort()).toEqual(told.sort());
  });

  it('loses nothing and does nothing twice, at whichever step it happens', async () => {
    const points = [...new Set(whole.points)].sort().map((at) => ({ name: at, at }));
    expect(await wrongAfter(drawn('backup/kill at a step', points, 4))).toEqual([]);
  }, 900_000);

  it('loses nothing and does nothing twice when an answer is lost with it', async () => {
    expect(await wrongAfter(drawn('backup/kill at an answer', ANSWERS_LOST, 4))).toEqual([]);
  }, 900_000);
});

function wrongAfter(kills: readonly Kill[]): Promise<string[][]> {
  return wrongWith(kills.map((kill) => [kill.name, () => killed(kill)]));
}
