import { type CleanupJourney, cleanupJourney } from './cleanup.ts';

let journey: CleanupJourney;
afterEach(() => journey.close());

/** What the clean-up says once it has ended without having begun. */
const refused = () => journey.says('What was approved no longer fits');

const machineOf = ({ ec2 }: CleanupJourney) => {
  const [machine] = ec2.instances.values();
  if (machine === undefined) throw new Error('there is no machine');
  return machine;
};

describe('a clean-up that was approved for one machine', () => {
  it('logs in to no other one, where the tag has moved', async () => {
    journey = await cleanupJourney();
    const { ana, ben, ec2 } = journey;
    await journey.say(ana, `cleanup ${journey.urls(1220)}`);
    const payroll = ec2.addInstance({ privateIp: '10.20.1.77', tags: { Name: 'circleci_services' } });
    machineOf(journey).tags.Name = 'circleci-old';
    await journey.approve(ben);
    await refused();
    expect(journey.running()).toEqual([1220, 1221, 1222]);
    expect(ec2.calls.filter((call) => call.action === 'GetConsoleOutput')).toEqual([]);
    expect(JSON.stringify(journey.cleanup().blocks)).toContain(payroll.instanceId);
    await journey.until('the request no longer counts', () =>
      /No longer counts/.test(journey.request().text),
    );
  });

  it('ends where another disk is under the machine by then', async () => {
    journey = await cleanupJourney();
    await journey.say(journey.ana, `cleanup ${journey.urls(1220)}`);
    await journey.requested();
    const [root] = machineOf(journey).devices;
    if (root === undefined) throw new Error('there is no disk');
    root.volumeId = 'vol-0fffffffffffffff0';
    await journey.approve(journey.ben);
    await refused();
    expect(journey.running()).toEqual([1220, 1221, 1222]);
  });

  it.each([
    ['CIRCLECI_URL', 'https://ci.other.example'],
    ['DEV_CONSOLE_COMMAND', 'sh -c anything'],
    ['SERVICES_INSTANCE', 'tag:Name=payroll-db'],
  ])('ends where the bot was started again with another %s', async (name, value) => {
    journey = await cleanupJourney();
    await journey.say(journey.ana, `cleanup ${journey.urls(1220)}`);
    await journey.requested();
    await journey.stopBot();
    journey.env[name] = value;
    await journey.startBot();
    await journey.approve(journey.ben);
    await refused();
    expect(JSON.stringify(journey.cleanup().blocks)).toContain(name);
    expect(journey.running()).toEqual([1220, 1221, 1222]);
  });
});
