import type { Filled } from '../../journeys/restore/restore.ts';
import { teach } from '../schedules/account.ts';
import { meanwhile } from '../schedules/strangers.ts';
import { breaks, ec2Troubles, machineTroubles, slackTroubles } from '../schedules/troubles.ts';
import type { Draw, Workflow } from '../schedules/workflow.ts';
import { askForRestore } from './ask.ts';
import { brokenByRestore } from './promises.ts';
import { launchedIn, type RestoreWorld, restoreWorld } from './world.ts';

/** A restore as it is asked for. */
export interface RestoreSetting {
  filled: Filled & { way: 'replace' | 'in-place' | 'test' };
  /** The old machine when it is asked for. */
  old: 'running' | 'stopped' | 'gone';
  /** Whose it is. */
  elasticIp?: string;
}

/** A group for tests, which the sandbox knows. */
const TEST_GROUP = 'sg-0f1e2d3c4b5a69788';
const ELASTIC_IP = '198.51.100.7';
const BEGIN = ['approval', 'check'];
const ON_THE_MACHINE = ['checks', 'connect', 'files', 'stop-app', 'rewrite', 'mentions', 'mounts'];
const APP = ['restart', 'start-app', 'verify'];
const LAUNCH = [...BEGIN, 'launch', 'running', ...ON_THE_MACHINE, 'nomad', ...APP];
const CUT_OVER = ['ask', 'compare', 'fence', 'address', 'names', 'verify-again', 'undo-cut-over'];

/** What each way may go through. */
const STEPS = {
  replace: [...LAUNCH, ...CUT_OVER, 'remove', 'finish'],
  'in-place': [...BEGIN, 'replace-root', 'root', ...ON_THE_MACHINE, ...APP, 'ask', 'finish'],
  test: [...LAUNCH, 'ask', 'remove', 'finish'],
};

const EC2: readonly Draw<RestoreWorld>[] = [
  ...ec2Troubles(
    [
      'RunInstances',
      'StopInstances',
      'StartInstances',
      'AssociateAddress',
      'CreateTags',
      'DeleteTags',
      'CreateReplaceRootVolumeTask',
      'ModifyInstanceAttribute',
      'TerminateInstances',
      'DeleteVolume',
    ],
    [
      'DescribeInstances',
      'DescribeInstanceStatus',
      'DescribeVolumes',
      'DescribeAddresses',
      'DescribeReplaceRootVolumeTasks',
      'GetConsoleOutput',
      'DescribeImages',
    ],
  ),
  (draws) => {
    const where = draws.one(['*', 'm5.2xlarge', 'eu-west-1a']);
    return {
      name: `no room for ${where}`,
      step: 'launch',
      begin: ({ ec2 }) => void ec2.noCapacity.add(where),
    };
  },
  () => ({
    name: 'a quota',
    step: 'launch',
    begin({ ec2 }) {
      ec2.launchLimit = 'VcpuLimitExceeded';
    },
  }),
  (draws) => {
    const fate = draws.one([
      { checks: 'never' as const },
      { checks: 'impaired' as const },
      { console: 'missing' as const },
      { invisibleFor: 10_000 + draws.whole(200_000) },
      { dies: 'Client.VolumeLimitExceeded' },
      { neverRuns: true },
    ]);
    return {
      name: `the machine: ${JSON.stringify(fate)}`,
      step: 'launch',
      begin({ ec2 }) {
        ec2.nextLaunch = fate;
      },
    };
  },
  (draws) => {
    const ends = draws.one(['failed', 'failed-detached', 'never'] as const);
    return {
      name: `the replacement: ${ends}`,
      step: 'replace-root',
      begin({ ec2 }) {
        ec2.nextReplacement = { ends };
      },
    };
  },
  (draws) => {
    const ms = 10_000 + draws.whole(300_000);
    return {
      name: `the machine is not shown for ${ms} ms`,
      step: draws.one([...ON_THE_MACHINE, 'nomad', ...APP, 'running', 'remove']),
      begin: (world) => world.ec2.hide(restored(world), ms),
    };
  },
];

// The old machine is nobody's to break in a restore beside it.
const broken = breaks<RestoreWorld>((world) => {
  const id = restored(world);
  return id !== world.old.instanceId || world.ec2.tasks.size > 0 ? id : undefined;
});

const MACHINE: readonly Draw<RestoreWorld>[] = [
  ...machineTroubles([...ON_THE_MACHINE, 'nomad', ...APP], broken),
  (draws) => {
    const path = draws.one(['/etc/default/replicated', '/etc/default/replicated-operator', '/etc/hosts']);
    return broken(`${path} is unreadable`, draws.one(ON_THE_MACHINE), { unreadable: new Set([path]) });
  },
  (draws) => {
    const service = draws.one(['replicated', 'replicated-operator']);
    return broken(`${service} does not restart`, 'restart', { brokenServices: new Set([service]) });
  },
];

export const restoring: Workflow<RestoreWorld, RestoreSetting> = {
  name: 'restore/schedules',
  draw(draws) {
    const way = draws.one(['replace', 'replace', 'in-place', 'test'] as const);
    const old =
      way === 'in-place'
        ? 'running'
        : draws.one(['running', 'running', 'running', 'stopped', 'gone'] as const);
    const options = ['cut-over', 'nomad', 'start-app'].filter(() => draws.chance(0.6));
    return {
      filled: {
        way,
        ...(way === 'in-place' ? {} : { options }),
        ...(way === 'test' ? { groups: TEST_GROUP } : {}),
        ...(way === 'replace' && draws.chance(0.2) ? { host: 'ci2.acme-rail.example' } : {}),
      },
      old,
      ...(draws.chance(0.5) ? { elasticIp: ELASTIC_IP } : {}),
    };
  },
  kind: ({ filled }) => filled.way,
  steps: ({ filled }) => STEPS[filled.way],
  troubles: () => [
    [8, EC2],
    [7, MACHINE],
    [2, slackTroubles],
    [3, meanwhile],
  ],
  async world(options, { elasticIp, old }) {
    const world = await restoreWorld({ ...options, ...(elasticIp === undefined ? {} : { elasticIp }) });
    await teach(world.dataFolder, world.old.instanceId);
    world.ec2.securityGroups.add(TEST_GROUP);
    if (old === 'stopped') world.ec2.stopInstance(world.old.instanceId);
    if (old === 'gone') world.ec2.terminateInstance(world.old.instanceId);
    return world;
  },
  ask: (world, people, { filled }) => askForRestore(world, people, filled),
  broken: brokenByRestore,
};

/** The id of the machine that runs from the backup, or will. */
function restored(world: RestoreWorld): string {
  return launchedIn(world).at(-1)?.instanceId ?? world.old.instanceId;
}
