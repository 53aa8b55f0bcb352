import { type RestoreJourney, restoreJourney } from './restore.ts';

let journey: RestoreJourney;
afterEach(() => journey.close());

const WAY_BACK = 'circleci-backup:way-back';

function rootOf({ ec2, old }: RestoreJourney): string | undefined {
  return ec2.instances.get(old.instanceId)?.devices.find(({ device }) => device === old.rootDevice)?.volumeId;
}

describe('a restore in place', () => {
  it('replaces the root volume, keeps the former one, and goes back to it by a button', async () => {
    journey = await restoreJourney();
    const { slack, ana, ec2 } = journey;
    journey.haveBackup();
    const former = rootOf(journey);
    await journey.begin({ way: 'in-place' });
    await journey.restored();
    expect(rootOf(journey)).not.toBe(former);
    expect(ec2.volumes.get(former ?? '')?.tags['circleci-backup:root-of']).toBe(journey.old.instanceId);
    expect(journey.launched()).toEqual([]);
    const list = journey.list();
    if (list === undefined) throw new Error('there is no list');
    // Anybody can tag a disk of somebody else as the newest former root.
    const foreign = ec2.volumes.get(
      ec2.addInstance({ tags: { Name: 'payroll-db' } }).devices[0]?.volumeId ?? '',
    );
    if (foreign === undefined) throw new Error('there is no other volume');
    delete foreign.attachedTo;
    foreign.tags = {
      ...ec2.volumes.get(former ?? '')?.tags,
      'circleci-backup:replaced-at': '2099-01-01T00:00:00.000Z',
    };
    await slack.act(ana.id, { message: list }, WAY_BACK);
    await journey.approve(journey.ben);
    await journey.until('the former root volume is back', () => rootOf(journey) === former);
    await journey.until('the way back has its message', () => journey.restore().ts > list.ts);
    await journey.restored();
    await journey.expectTranscript('restore/in-place');
  });

  it('stops where EC2 does not replace it, and goes on when that is tried again', async () => {
    journey = await restoreJourney();
    journey.haveBackup();
    const former = rootOf(journey);
    journey.ec2.nextReplacement = { ends: 'failed' };
    await journey.begin({ way: 'in-place' });
    await journey.says('waits for a decision');
    expect(rootOf(journey)).toBe(former);
    await journey.answer(journey.ben, 'Try again');
    await journey.restored();
    expect(rootOf(journey)).not.toBe(former);
    expect(journey.ec2.count('CreateReplaceRootVolumeTask')).toBe(2);
    await journey.expectStory('restore/in-place-failed');
  });

  it('says so where EC2 leaves the machine without a root volume', async () => {
    journey = await restoreJourney();
    journey.haveBackup();
    journey.ec2.nextReplacement = { ends: 'failed-detached', through: ['failing-detached'] };
    await journey.begin({ way: 'in-place' });
    await journey.answer(journey.ben, 'Abort');
    await journey.restored();
    await journey.expectStory('restore/in-place-detached');
  });

  it('needs no SSH, and is then seen from outside alone', async () => {
    journey = await restoreJourney({ env: { SSH_PRIVATE_KEY_FILE: '' } });
    journey.haveBackup();
    await journey.begin();
    await journey.restored();
    await journey.expectTranscript('restore/in-place-without-ssh');
  });
});
