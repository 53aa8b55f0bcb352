import { type BuildRecord, buildPath } from '../../../sandbox/machine/circleci/build-record.ts';
import type { DevConsoleFaults } from '../../../sandbox/machine/faults.ts';
import type { Draws } from '../draws.ts';
import { type AccountWorld, accountWorld } from '../schedules/account.ts';
import { meanwhile, others } from '../schedules/strangers.ts';
import { breaks, ec2Troubles, machineTroubles, slackTroubles } from '../schedules/troubles.ts';
import { ASKED, type Draw, type Workflow } from '../schedules/workflow.ts';
import { watchDeletions } from './kill.ts';
import { brokenByCleanUp } from './truth.ts';

/** Builds by their numbers: those of 1220 to 1222 show as running for ever. */
interface CleanUpSetting {
  numbers: number[];
  /** Whether CircleCI can be asked which of them run. */
  hasToken: boolean;
}

export interface CleanUpWorld extends AccountWorld {
  /** How often each record was deleted, by the build's path. */
  deleted: ReadonlyMap<string, number>;
}

const HOST = 'https://ci.acme-rail.example';
const STUCK = [1220, 1221, 1222];
const STEPS = [
  ASKED,
  'vote',
  'handover',
  'approval',
  'connect',
  'console',
  'look',
  'delete',
  'ask',
  'finish',
];
const AT_THE_CONSOLE = ['console', 'look', 'delete'];

const console = (draws: Draws, name: string, change: (faults: DevConsoleFaults) => void) => ({
  name: `the console ${name}`,
  step: draws.one(AT_THE_CONSOLE),
  begin: ({ machines, guard }: CleanUpWorld) =>
    change(machines.faultsOf(guard.machine.instanceId).devConsole),
});

const CONSOLE: readonly Draw<CleanUpWorld>[] = [
  ...(['throwsAt', 'hangsAt', 'dropsAt'] as const).map(
    (what): Draw<CleanUpWorld> =>
      (draws) => {
        const at = draws.one(['/', ...STUCK.map((number) => `/${number}`)]);
        const times = what === 'dropsAt' ? 1 + draws.whole(4) : 1;
        return console(draws, `${times} × ${what} ${at}`, (faults) => {
          faults[what].push(...Array.from({ length: times }, () => at));
        });
      },
  ),
  (draws) =>
    console(draws, 'makes noise', (faults) => {
      Object.assign(faults, { noise: true, colours: true, wraps: true });
    }),
];

/** What CircleCI and people do with builds meanwhile. */
const BUILDS: readonly Draw<CleanUpWorld>[] = [
  ofABuild('ends', (build) =>
    Object.assign(build, { lifecycle: 'finished', status: 'success', outcome: 'success' }),
  ),
  ofABuild('is gone', (build, builds) => {
    const last = builds.pop();
    const at = builds.indexOf(build);
    if (last !== undefined && at >= 0) builds[at] = last;
  }),
  ofABuild('has a twin', (build, builds) => {
    builds.unshift({ ...build, project: 'twin' });
  }),
];

function ofABuild(
  what: string,
  change: (build: BuildRecord, builds: BuildRecord[]) => void,
): Draw<CleanUpWorld> {
  return (draws, steps) => {
    const number = draws.one(STUCK);
    return others(`build ${number} ${what}`, draws.one(steps), ({ machines, guard }) => {
      const builds = machines.running.get(guard.machine.instanceId)?.disk.builds ?? [];
      const build = builds.find((one) => one.number === number);
      if (build !== undefined) change(build, builds);
    });
  };
}

const MACHINE: readonly Draw<CleanUpWorld>[] = machineTroubles(
  ['connect', 'console', 'delete'],
  breaks<CleanUpWorld>(({ guard }) => guard.machine.instanceId),
);

export const cleaningUp: Workflow<CleanUpWorld, CleanUpSetting> = {
  name: 'cleanup/schedules',
  draw: (draws) => ({
    numbers: draws.some(1 + draws.whole(4), [...STUCK, 1219, 9999]),
    hasToken: draws.chance(0.8),
  }),
  kind: ({ numbers, hasToken }) => `${numbers.length} builds${hasToken ? '' : ', without a token'}`,
  steps: () => STEPS,
  troubles: () => [
    [4, CONSOLE],
    [3, BUILDS],
    [4, MACHINE],
    [2, ec2Troubles<CleanUpWorld>(['CreateTags'], ['DescribeInstances', 'GetConsoleOutput'])],
    [3, slackTroubles],
    [2, meanwhile],
  ],
  async world(options, { hasToken }) {
    const account = { volumes: 1, older: [], env: hasToken ? {} : { CIRCLECI_TOKEN: '' } };
    const world = await accountWorld(options, account);
    const machine = world.machines.of(world.guard.machine.instanceId);
    // As a restore leaves them.
    for (const build of machine.disk.builds) delete build.endsAt;
    return { ...world, deleted: watchDeletions(machine) };
  },
  ask({ ana, machines, guard }, people, { numbers }) {
    const { builds } = machines.of(guard.machine.instanceId).disk;
    const urls = numbers.map((number) => {
      const build = builds.find((one) => one.number === number);
      return `${HOST}/${build === undefined ? `gh/acme-rail/timetable/${number}` : buildPath(build)}`;
    });
    return people.say(ana, `cleanup ${urls.join(' ')}`);
  },
  broken: brokenByCleanUp,
};
