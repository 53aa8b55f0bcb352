import type { Disk } from '../../../sandbox/machine/disk/disk.ts';
import type { Blow } from './kill.ts';
import type { RestoreWorld } from './world.ts';

/** What changes something in EC2 on each course, in the order of its steps. */
const EC2: [course: string, actions: string[]][] = [
  ['replace', ['RunInstances', 'StopInstances', 'AssociateAddress', 'CreateTags']],
  ['in place', ['CreateTags', 'CreateReplaceRootVolumeTask']],
  ['undone', ['DeleteTags', 'StartInstances', 'ModifyInstanceAttribute', 'TerminateInstances']],
];

/** While a file is written beside, or gets its name: its original is copied, kept; its new text is written, and there. */
const FILE = '/etc/default/replicated-operator';
const IN_THE_FILE: [name: string, path: RegExp][] = [
  ['the original is being copied', new RegExp(`^${FILE}\\.circleci-backup-.*\\.part$`)],
  ['the original is kept', new RegExp(`^${FILE}\\.circleci-backup-[^.]*$`)],
  ['the new text is being written', new RegExp(`^${FILE}\\.circleci-backup-.*\\.new$`)],
  ['the new text is there', new RegExp(`^${FILE}$`)],
];

const either = [true, false] as const;
const done = (applied: boolean) => (applied ? 'done' : 'not done');

/** Kills while a peer has done what it was asked for (or not) and before its answer, and while a machine's files change. */
export const BLOWS: readonly [course: string, blow: Blow][] = [
  ...EC2.flatMap(([course, actions]) =>
    actions.flatMap((action) =>
      either.map((applied): [string, Blow] => [
        course,
        {
          name: `${action}, ${done(applied)}`,
          arm: ({ ec2 }) => void ec2.faults.push({ action, realCallsOnly: true, kind: 'silence', applied }),
          now: ({ ec2 }) => ec2.calls.some(({ result }) => result === 'silence'),
        },
      ]),
    ),
  ),
  ...['replace', 'in place'].flatMap((course) =>
    IN_THE_FILE.map(([name, path]): [string, Blow] => [
      course,
      { name, arm: (world, strike) => onWrite(world, path, strike) },
    ]),
  ),
  ...['chat.postMessage', 'chat.update'].flatMap((method) =>
    either.map((applied): [string, Blow] => [
      'test',
      {
        name: `${method}, ${done(applied)}`,
        arm: ({ slack }) => void slack.faults.push({ method, kind: 'silence', applied }),
        now: ({ slack }) => slack.calls.some(({ result }) => result.startsWith('silence')),
      },
    ]),
  ),
  [
    'replace',
    {
      name: 'half of /opt/nomad is removed',
      arm: (world, strike) =>
        onDisk(world, ({ files }) => {
          const remove = files.delete.bind(files);
          files.delete = (path) => {
            if (path.startsWith('/opt/nomad/')) strike();
            return remove(path);
          };
        }),
    },
  ],
];

/** At the moment at which something of that path is on the disk of a machine that was made from the backup. */
function onWrite(world: RestoreWorld, path: RegExp, strike: () => void): void {
  onDisk(world, ({ files }) => {
    const set = files.set.bind(files);
    files.set = (at, node) => {
      const result = set(at, node);
      if (path.test(at)) strike();
      return result;
    };
  });
}

/** Tells of each disk with which a machine boots from now on. */
function onDisk({ machines }: RestoreWorld, tell: (disk: Disk) => void): void {
  const { booted } = machines.hooks;
  machines.hooks.booted = (machine) => {
    booted(machine);
    tell(machines.of(machine.instanceId).disk);
  };
}
