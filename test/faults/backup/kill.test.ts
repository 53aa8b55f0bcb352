import type { World } from '../../../sandbox/world.ts';
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
let atSteps: [string, string[]][];
let atAnswers: [string, string[]][];

/** All side by side: most of the time is waited. */
beforeAll(async () => {
  const all = async (kills: readonly Kill[]) =>
    Promise.all(kills.map(async (kill): Promise<[string, string[]]> => [kill.name, await killed(kill)]));
  whole = await dryRun();
  [atSteps, atAnswers] = await Promise.all([
    all(whole.points.map((at) => ({ name: at, at }))),
    all(ANSWERS_LOST),
  ]);
}, 600_000);

const wrong = (outcomes: [string, string[]][]) => outcomes.filter(([, faults]) => faults.length > 0);

describe('a backup whose bot is killed', () => {
  it('can be killed at each of its steps, for each of them is told', () => {
    expect(whole.faults).toEqual([]);
    const told = ['request', 'handover', ...whole.steps].flatMap((step) => [
      `${step}/started`,
      `${step}/done`,
    ]);
    expect([...new Set(whole.points)].sort()).toEqual(told.sort());
  });

  it('loses nothing and does nothing twice, at whichever step it happens', () => {
    expect(wrong(atSteps)).toEqual([]);
  });

  it('loses nothing and does nothing twice when an answer is lost with it', () => {
    expect(wrong(atAnswers)).toEqual([]);
  });
});
