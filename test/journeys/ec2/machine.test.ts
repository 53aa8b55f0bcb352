import { type Journey, startJourney } from '../journey.ts';
import { expectComplete, expectNothingMade, SOON } from './ec2.ts';

let journey: Journey;
afterEach(() => journey.close());

const BY_ID = 'i-0c94f2a8000000001';

describe('the Services machine', () => {
  it.each([
    ['no-machine-of-tag', 'tag:Name=circleci-services'],
    ['no-machine-of-id', 'i-0c94f2a8000000999'],
  ])('is not there, and what is there is listed: %s', async (name, selector) => {
    journey = await startJourney({ env: { SERVICES_INSTANCE: selector } });
    journey.ec2.addInstance({ tags: { Name: 'circleci_builder' }, privateIp: '10.20.1.13' });
    await journey.say(journey.ana, 'now');
    await journey.ended();
    await journey.expectTranscript(`ec2/${name}`);
    expectNothingMade(journey);
  });

  it('is not there, and neither is anything else', async () => {
    journey = await startJourney({ standardInstall: false });
    await journey.say(journey.ana, 'now');
    await journey.ended();
    await journey.expectTranscript('ec2/no-machine-at-all');
    expectNothingMade(journey);
  });

  it('cannot be told from another one with the same tag', async () => {
    journey = await startJourney();
    journey.ec2.addInstance({ privateIp: '10.20.1.13' });
    await journey.say(journey.ana, 'now');
    await journey.ended();
    await journey.expectTranscript('ec2/two-machines');
    expectNothingMade(journey);
  });

  it.each([
    ['tag', 'tag:Name=circleci_services'],
    ['id', BY_ID],
  ])('is stopped: by %s', async (_by, selector) => {
    journey = await startJourney({ env: { SERVICES_INSTANCE: selector } });
    journey.ec2.stopInstance(BY_ID);
    await journey.say(journey.ana, 'now');
    await journey.ended();
    await journey.expectTranscript('ec2/machine-stopped');
    expectNothingMade(journey);
  });

  it('is terminated', async () => {
    journey = await startJourney({ env: { SERVICES_INSTANCE: BY_ID } });
    journey.ec2.terminateInstance(BY_ID);
    await journey.say(journey.ana, 'now');
    await journey.ended();
    await journey.expectTranscript('ec2/machine-gone');
    expectNothingMade(journey);
  });

  it('is not the one that its tag was moved to after the first backup', async () => {
    journey = await startJourney();
    await journey.say(journey.ana, 'now');
    await journey.ended();
    const machine = journey.ec2.instances.get(BY_ID);
    const payroll = journey.ec2.addInstance({ instanceId: 'i-0c94f2a80000000cc', privateIp: '10.20.1.99' });
    if (machine !== undefined) machine.tags = { Name: 'old' };
    const before = journey.ec2.images.size;
    await journey.say(journey.ana, 'now');
    await journey.ended(2);
    await journey.say(journey.cleo, 'status');
    await journey.say(journey.ana, 'now --reboot');
    await journey.say(journey.ana, 'restore');
    expect(journey.ec2.images.size).toBe(before);
    expect(payroll.reboots).toBe(0);
    await journey.expectTranscript('ec2/tag-moved');
  });

  it('is the running one, where a stopped one kept the tag', async () => {
    journey = await startJourney({ ec2: SOON });
    const { instanceId } = journey.ec2.addInstance({ privateIp: '10.20.1.13' });
    journey.ec2.stopInstance(instanceId);
    await journey.say(journey.ana, 'now');
    await journey.ended();
    await journey.expectTranscript('ec2/complete');
    expectComplete(journey);
  });
});
