import { type RestoreJourney, restoreJourney } from './restore.ts';

const HOUR_MS = 3_600_000;

let journey: RestoreJourney;
afterEach(() => journey.close());

describe('EC2 does not give what a restore needs', () => {
  it('has no room for the type: people choose another one, and one machine is launched', async () => {
    journey = await restoreJourney();
    journey.haveBackup();
    journey.ec2.noCapacity.add('m5.2xlarge/eu-west-1a');
    const before = journey.oldAsItIs();
    await journey.begin({ options: ['nomad'] });
    await journey.answer(journey.ben, 'm5a.2xlarge');
    await journey.says('is ready, and prod still runs');
    expect(journey.launched().map(({ instanceType }) => instanceType)).toEqual(['m5a.2xlarge']);
    expect(journey.oldAsItIs()).toEqual(before);
    await journey.answer(journey.ana, 'Cut over');
    await journey.restored();
    await journey.expectStory('restore/ec2-no-capacity');
  });

  it('never lets the checks pass: it says what EC2 says, and an abort removes the machine', async () => {
    journey = await restoreJourney();
    journey.haveBackup();
    journey.ec2.nextLaunch = { checks: 'impaired' };
    const before = journey.oldAsItIs();
    await journey.begin();
    await journey.says('instance impaired');
    journey.skip(HOUR_MS);
    await journey.answer(journey.ben, 'Abort');
    await journey.restored();
    expect(journey.launched()).toEqual([]);
    expect(journey.oldAsItIs()).toEqual(before);
    await journey.expectStory('restore/ec2-checks');
  });

  it('ends the machine while it starts', async () => {
    journey = await restoreJourney();
    journey.haveBackup();
    journey.ec2.nextLaunch = { dies: 'Client.VolumeLimitExceeded: Volume limit exceeded' };
    await journey.begin();
    await journey.answer(journey.ben, 'Launch another one');
    await journey.says('is ready, and prod still runs');
    expect(journey.launched()).toHaveLength(1);
    await journey.answer(journey.ben, 'Abort');
    await journey.restored();
    expect(journey.launched()).toEqual([]);
    await journey.expectStory('restore/ec2-machine-dies');
  });

  it('loses the answer of the launch: there is one machine', async () => {
    journey = await restoreJourney();
    journey.haveBackup();
    journey.ec2.faults.push({ action: 'RunInstances', kind: 'cut', applied: true, realCallsOnly: true });
    await journey.begin({ options: ['nomad', 'cut-over'] });
    await journey.restored();
    expect(journey.launched()).toHaveLength(1);
  });

  it('gives the private address to somebody else between plan and launch: people take a new one', async () => {
    journey = await restoreJourney();
    const { ec2, old } = journey;
    journey.haveBackup();
    ec2.terminateInstance(old.instanceId);
    await journey.until('the machine is gone', () => old.state === 'terminated');
    await journey.openForm(journey.ana);
    await journey.send(journey.ana, { options: ['nomad', 'keep-ip', 'cut-over'] });
    ec2.addInstance({ privateIp: '10.20.1.12', tags: { Name: 'squatter' } });
    await journey.approve(journey.ben);
    await journey.answer(journey.ben, 'A new private address');
    await journey.restored();
    await journey.expectStory('restore/ec2-address-in-use');
  });

  it('shows another backup, machine or address than the plan had: nothing is done', async () => {
    journey = await restoreJourney();
    const { ec2, old } = journey;
    journey.haveBackup();
    const elastic = ec2.addAddress({ instanceId: old.instanceId });
    await journey.openForm(journey.ana);
    await journey.send(journey.ana);
    ec2.images.clear();
    // The bot reads the catalogue anew once what it read is old.
    journey.skip(60_000);
    ec2.stopInstance(old.instanceId);
    delete elastic.held;
    await journey.until('the machine is stopped', () => old.state === 'stopped');
    await journey.approve(journey.ben);
    await journey.restored();
    expect(journey.launched()).toEqual([]);
    await journey.expectStory('restore/ec2-plan-changed');
  });
});
