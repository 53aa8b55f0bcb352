import { type RestoreJourney, restoreJourney } from './restore.ts';

let journey: RestoreJourney;
afterEach(() => journey.close());

const nameOf = (machine: { tags: Record<string, string> } | undefined) => machine?.tags.Name;

describe('a restore on a new machine', () => {
  it('is asked for in a form, approved, done step by step, and cut over by a second button', async () => {
    journey = await restoreJourney();
    const before = journey.oldAsItIs();
    await journey.backUp();
    await journey.begin({ reason: 'the disk is broken' });
    await journey.says('waits for a decision');
    expect(journey.oldAsItIs()).toEqual(before);
    await journey.answer(journey.ben, 'Cut over');
    await journey.restored();
    expect(journey.old.state).toBe('stopped');
    expect(journey.launched().map(nameOf)).toEqual(['circleci_services']);
    expect(nameOf(journey.old)).toMatch(/^circleci_services \(fenced by rs-/);
    await journey.expectTranscript('restore/replace');
  });

  it('takes over address and Elastic IP of a machine that is lost, without asking again', async () => {
    journey = await restoreJourney();
    const { ec2, old } = journey;
    const elastic = ec2.addAddress({ instanceId: old.instanceId });
    await journey.backUp();
    ec2.terminateInstance(old.instanceId);
    await journey.until('the machine is gone', () => old.state === 'terminated');
    await journey.begin({ options: ['nomad', 'keep-ip', 'cut-over'] });
    await journey.restored();
    const [machine] = journey.launched();
    expect(machine?.privateIp).toBe('10.20.1.12');
    expect(elastic.held?.instanceId).toBe(machine?.instanceId);
    await journey.expectTranscript('restore/replace-lost');
  });

  it('moves the Elastic IP of a machine that runs, and its host name', async () => {
    journey = await restoreJourney();
    const { ec2, old } = journey;
    const elastic = ec2.addAddress({ instanceId: old.instanceId });
    await journey.backUp();
    await journey.begin({ options: ['nomad', 'cut-over'], host: 'ci2.acme-rail.example' });
    await journey.restored();
    const [machine] = journey.launched();
    expect(elastic.held?.instanceId).toBe(machine?.instanceId);
    expect(old.state).toBe('stopped');
    await journey.expectTranscript('restore/replace-elastic');
  });
});
