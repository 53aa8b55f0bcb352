import { type RestoreJourney, restoreJourney } from './restore.ts';

const HOUR_MS = 3_600_000;
const SLOW = { snapshotSeconds: { min: 300, max: 300 } };

let journey: RestoreJourney;
afterEach(() => journey.close());

/** Leaves out the time until just before the next slot. */
function toSlot(): void {
  const now = journey.clock.now();
  journey.skip(Math.ceil(now / HOUR_MS) * HOUR_MS - 1_000 - now);
}

const said = (text: string | RegExp) =>
  journey.slack.messages(journey.channel.id).some((message) => new RegExp(text).test(message.text));
const images = () => [...journey.ec2.images.values()];
const isMade = (count: number) => () => images().length === count;

describe('routine backups, while a restore waits for people', () => {
  it('go on beside the question about the cut-over, which waits for the one that has begun', async () => {
    journey = await restoreJourney({ env: { BACKUP_SCHEDULE: '0 * * * *' }, ec2: SLOW });
    const { ana, ben, old } = journey;
    journey.haveBackup();
    await journey.begin({ options: ['nomad'] });
    await journey.says('is ready, and prod still runs');
    await journey.says('Backups of prod go on meanwhile.');
    toSlot();
    await journey.until('a routine backup is complete', () => said('Backup of prod is complete'));
    toSlot();
    await journey.until('another one has begun', isMade(3));
    await journey.say(ana, 'status');
    const running = /rs-\S+ has run since [\s\S]*bk-\S+ has run since /;
    expect(JSON.stringify(journey.slack.ephemerals(ana.id).at(-1))).toMatch(running);
    await journey.press(ben, 'Cut over');
    await journey.says(/the backup bk-\S+ began meanwhile, and ends first/);
    expect(old.state).toBe('running');
    await journey.restored();
    expect(old.state).toBe('stopped');
    expect(images().map(({ tags }) => tags['circleci-backup:outcome'])).toEqual([
      'complete',
      'complete',
      'complete',
    ]);
    expect(said('was skipped')).toBe(false);
  });

  it('are not made of a machine of which something was changed, and the question says so', async () => {
    journey = await restoreJourney({ env: { BACKUP_SCHEDULE: '0 * * * *' } });
    journey.haveBackup();
    const { machines, old } = journey;
    await journey.openForm(journey.ana);
    await journey.send(journey.ana, { way: 'in-place', options: ['nomad'] });
    machines.nextFaults = (faults) => Object.assign(faults, { sudo: 'absent' });
    Object.assign(machines.faultsOf(old.instanceId), { sudo: 'absent' });
    await journey.approve(journey.ben);
    await journey.says('did not succeed');
    await journey.says('No backup of prod is made until it is decided.');
    toSlot();
    await journey.until('the slot is told as skipped', () => said('was skipped: run rs-'));
    expect(images()).toHaveLength(1);
  });

  it('are let in by an abort without a wait', async () => {
    journey = await restoreJourney({ env: { BACKUP_SCHEDULE: '0 * * * *' }, ec2: SLOW });
    journey.haveBackup();
    await journey.begin({ options: ['nomad'] });
    await journey.says('is ready, and prod still runs');
    toSlot();
    await journey.until('a routine backup has begun', isMade(2));
    await journey.answer(journey.ben, 'Abort');
    await journey.restored();
    expect(journey.launched()).toEqual([]);
    await journey.until('the backup is complete', () => said('Backup of prod is complete'));
  });
});
