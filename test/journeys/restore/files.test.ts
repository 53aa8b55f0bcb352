import { putFile, textAt } from '../../../sandbox/machine/disk/disk.ts';
import { type RestoreJourney, restoreJourney } from './restore.ts';

let journey: RestoreJourney;
afterEach(() => journey.close());

const DAEMON = '/etc/default/replicated';
const OPERATOR = '/etc/default/replicated-operator';

/** The old machine's disk, and so what is in the next backup. */
const disk = (here: RestoreJourney) => here.machines.of(here.old.instanceId).disk;

const newDisk = (here: RestoreJourney) => here.machines.of(here.launched()[0]?.instanceId ?? '').disk;

/** A restore of a machine whose files were like this; it is ready for its cut-over. */
async function ready(
  prepare: (here: RestoreJourney) => void,
  options: Parameters<typeof restoreJourney>[0] = {},
) {
  journey = await restoreJourney(options);
  prepare(journey);
  journey.haveBackup();
  const before = journey.oldAsItIs();
  await journey.begin();
  await journey.says('is ready, and prod still runs');
  await journey.until('the question is told in the thread', () =>
    journey.slack.messages(journey.channel.id).some(({ text }) => text.includes('The buttons are in')),
  );
  expect(journey.oldAsItIs()).toEqual(before);
}

describe('files of other forms', () => {
  it('keeps CRLF, a missing last line end, and comments with the address', async () => {
    const text =
      '# was 10.20.1.12 at first\r\nPRIVATE_ADDRESS=10.20.1.12\r\nNO_PROXY=10.20.1.1,10.20.1.12,localhost';
    await ready((here) => putFile(disk(here), DAEMON, text));
    const ip = journey.launched()[0]?.privateIp ?? '';
    expect(textAt(newDisk(journey), DAEMON)).toBe(
      `# was ${ip} at first\r\nPRIVATE_ADDRESS=${ip}\r\nNO_PROXY=10.20.1.1,${ip},localhost`,
    );
    const kept = [...newDisk(journey).files.keys()].filter((path) =>
      path.startsWith(`${DAEMON}.circleci-backup-rs-`),
    );
    expect(kept.map((path) => textAt(newDisk(journey), path))).toEqual([text]);
    await journey.expectStory('restore/files-crlf');
  });

  it('lists names of the old address, and what follows of them', async () => {
    journey = await restoreJourney();
    const text = textAt(disk(journey), OPERATOR) ?? '';
    const byName = text.replace(/(DAEMON_\w+)=10\.20\.1\.12/g, '$1=ip-10-20-1-12.eu-west-1.compute.internal');
    putFile(disk(journey), OPERATOR, byName);
    journey.haveBackup();
    await journey.begin();
    const told = () =>
      journey.slack
        .messages(journey.channel.id)
        .flatMap((message) => JSON.stringify(message.blocks))
        .find((blocks) => blocks.includes('old address or host'));
    await journey.until('the files were told', () => told() !== undefined);
    expect(told()).toContain('while that runs, what reads the name talks to it');
    for (const where of ['line 2', 'line 4'])
      expect(told()).toContain(`${OPERATOR}, ${where}: ip-10-20-1-12.eu-west-1.compute.internal (DAEMON_`);
    expect(told()).not.toContain('NODENAME');
  });

  it('finds those of RHEL', async () => {
    await ready(() => {}, { machines: { install: { distribution: 'rhel' } }, env: { SSH_USER: 'centos' } });
    const ip = journey.launched()[0]?.privateIp ?? '';
    expect(textAt(newDisk(journey), '/etc/sysconfig/replicated')).toContain(`PRIVATE_ADDRESS=${ip}`);
  });

  it.each([
    [
      'are missing',
      'missing',
      (here: RestoreJourney) => {
        for (const path of [DAEMON, OPERATOR]) disk(here).files.delete(path);
      },
    ],
    [
      'are folders of that name',
      'folder',
      (here: RestoreJourney) => {
        disk(here).files.delete(DAEMON);
        putFile(disk(here), `${DAEMON}/oops`, '');
      },
    ],
  ] as const)('stops where they %s', async (_what, name, prepare) => {
    journey = await restoreJourney();
    prepare(journey);
    journey.haveBackup();
    const before = journey.oldAsItIs();
    await journey.begin();
    await journey.answer(journey.ben, 'Abort');
    await journey.restored();
    expect(journey.launched()).toEqual([]);
    expect(journey.oldAsItIs()).toEqual(before);
    await journey.expectStory(`restore/files-${name}`);
  });

  it('is not stopped by a connection that breaks off in the middle of a write', async () => {
    await ready((here) => {
      here.machines.nextFaults = (faults) => {
        faults.drops.push({ command: /sha256sum/, when: 'before' }, { command: /sha256sum/, when: 'after' });
      };
    });
    const ip = journey.launched()[0]?.privateIp ?? '';
    expect(textAt(newDisk(journey), DAEMON)).toContain(`PRIVATE_ADDRESS=${ip}`);
    expect(journey.machines.faultsOf(journey.launched()[0]?.instanceId ?? '').drops).toEqual([]);
    await journey.expectStory('restore/files-dropped');
  });
});

describe('what fstab expects', () => {
  it.each([
    'fs-0a1b2c3d4e5f60718:/ /data/circle/files efs _netdev,tls 0 0',
    's3fs#acme-files /data/circle/files fuse _netdev 0 0',
    '/dev/disk/by-id/nvme-Amazon_EBS_vol0a /data/circle/files ext4 defaults,nofail 0 2',
    'tmpfs /data/circle/files tmpfs size=64m 0 0',
  ])('and is not mounted stops the restore: %s', async (line) => {
    journey = await restoreJourney();
    const { ec2, old, machines } = journey;
    putFile(disk(journey), '/etc/fstab', `${textAt(disk(journey), '/etc/fstab') ?? ''}${line}\n`);
    journey.haveBackup();
    ec2.terminateInstance(old.instanceId);
    await journey.until('the machine is gone', () => old.state === 'terminated');
    machines.nextFaults = (faults) => void faults.unmounted.add('/data/circle/files');
    await journey.begin();
    await journey.says('waits for a decision');
    await journey.says('/data/circle/files');
  });
});
