import { backupStages } from '../../../src/runs/backup-stages.ts';
import type { Draws } from '../draws.ts';
import { type Account, type AccountWorld, accountWorld, drawAccount } from '../schedules/account.ts';
import { meanwhile, others } from '../schedules/strangers.ts';
import { breaks, ec2Troubles, machineTroubles, slackTroubles } from '../schedules/troubles.ts';
import { ASKED, type Draw, type Workflow } from '../schedules/workflow.ts';
import { brokenByBackups, observeImages } from './truth.ts';

interface BackupSetting extends Account {
  mode: 'live' | 'quiesced' | 'reboot';
}

const ON_THE_MACHINE = [
  'connect',
  'look',
  'stop-app',
  'idle',
  'sync',
  'begun',
  'start-app',
  'reboot',
  'verify-app',
];

const IMAGE: readonly Draw<AccountWorld>[] = [
  (draws) => {
    const fate = draws.one([
      { fail: 'Client.InternalError: an internal error' },
      { snapshotError: 'the volume could not be read' },
      { dropVolumes: [draws.one(['/dev/sdb', '/dev/sdc'])] },
      { invisibleFor: 10_000 + draws.whole(400_000) },
      { neverCompletes: true },
    ]);
    return {
      name: `the image: ${JSON.stringify(fate)}`,
      step: 'image',
      begin({ ec2 }) {
        ec2.nextImage = fate;
      },
    };
  },
];

/** What people do in EC2's console, or on the machine. */
const BY_HAND: readonly Draw<AccountWorld>[] = [
  (draws) =>
    others('somebody deregisters the new image', draws.one(['begun', 'snapshots']), ({ ec2, guard }) => {
      const image = [...guard.images.keys()].at(-1) ?? '';
      ec2.images.delete(image);
    }),
  (draws) =>
    others(
      'somebody deletes a snapshot of the new image',
      draws.one(['begun', 'snapshots']),
      ({ ec2, guard }) => {
        const image = [...guard.images.values()].at(-1);
        ec2.snapshots.delete(image?.mappings[0]?.snapshotId ?? '');
      },
    ),
  (draws) =>
    others(
      'somebody starts CircleCI',
      draws.one(['idle', 'sync', 'image', 'begun']),
      ({ machines, guard }) => {
        machines.running.get(guard.machine.instanceId)?.startApp();
      },
    ),
  (draws) => {
    const what = draws.one(['stop', 'terminate'] as const);
    return others(
      `somebody is to ${what} the machine`,
      draws.one(['find', 'image', 'snapshots']),
      (world) => {
        const { ec2, guard } = world;
        const { instanceId } = guard.machine;
        if (what === 'stop') ec2.stopInstance(instanceId);
        else ec2.terminateInstance(instanceId);
      },
    );
  },
];

const CALLS = ec2Troubles<AccountWorld>(
  [
    'CreateImage',
    'CreateTags',
    'DeregisterImage',
    'DeleteSnapshot',
    'DisableImage',
    'EnableImage',
    'DeleteTags',
  ],
  ['DescribeInstances', 'DescribeImages', 'DescribeSnapshots', 'ListSnapshotBlocks', 'ListChangedBlocks'],
);

const MACHINE: readonly Draw<AccountWorld>[] = machineTroubles(
  ON_THE_MACHINE,
  breaks<AccountWorld>(({ guard }) => guard.machine.instanceId),
);

/** Backups in these modes. */
function backingUp(
  name: string,
  modes: readonly BackupSetting['mode'][],
): Workflow<AccountWorld, BackupSetting> {
  const isLive = modes.includes('live');
  return {
    name,
    draw: (draws: Draws) => ({ ...drawAccount(draws, isLive ? 5 : 1), mode: draws.one(modes) }),
    kind: ({ mode, env }) => `${mode}${env.KEEP_LAST === undefined ? '' : ', with rules'}`,
    steps: ({ mode }) => [
      ASKED,
      ...(mode === 'live' ? ['request'] : ['vote']),
      'handover',
      ...backupStages(mode, { ssh: true, files: false, datastores: false }).map(({ key }) => key),
      'finish',
    ],
    troubles: () => [
      [6, CALLS],
      [2, IMAGE],
      [isLive ? 2 : 6, MACHINE],
      [4, slackTroubles],
      [isLive ? 6 : 2, meanwhile],
      [1, BY_HAND],
    ],
    world: accountWorld,
    async ask({ ana }, people, { mode }) {
      const flag = { live: '', quiesced: ' --quiesce', reboot: ' --reboot' }[mode];
      return people.say(ana, `now${flag}`);
    },
    observe: observeImages,
    broken: brokenByBackups,
  };
}

export const backingUpLive = backingUp('backup/schedules', ['live']);
export const backingUpAway = backingUp('backup/quiesced-schedules', ['quiesced', 'quiesced', 'reboot']);
