import { type RestoreJourney, restoreJourney } from './restore.ts';

let journey: RestoreJourney;
afterEach(() => journey.close());

const REMOVE = 'circleci-backup:remove-test';
const ISOLATED = 'sg-0a4f6d2c9b8e71399';

describe('a test restore', () => {
  it('runs in isolation, never takes over, and is removed by a button', async () => {
    journey = await restoreJourney();
    journey.ec2.securityGroups.add(ISOLATED);
    journey.haveBackup();
    const before = journey.oldAsItIs();
    await journey.begin({ way: 'test', groups: ISOLATED, options: ['nomad', 'start-app'] });
    await journey.restored();
    const [machine] = journey.launched();
    expect(machine?.securityGroups.map(({ groupId }) => groupId)).toEqual([ISOLATED]);
    expect(machine?.profileArn).toBeFalsy();
    expect(journey.oldAsItIs()).toEqual(before);
    const list = journey.list();
    if (list === undefined) throw new Error('there is no list');
    await journey.slack.act(journey.ana.id, { message: list }, REMOVE);
    await journey.until('the machine is gone', () => journey.launched().length === 0);
    await journey.until('the list says so', () =>
      /is removed/.test(
        journey.slack.messages(journey.channel.id).find(({ ts }) => ts === list.ts)?.text ?? '',
      ),
    );
    await journey.until('the end is told', () =>
      journey.slack
        .messages(journey.channel.id)
        .some(({ text }) => /<@U\w+> What rs-.* is removed/.test(text)),
    );
    expect(journey.oldAsItIs()).toEqual(before);
    await journey.expectTranscript('restore/test');
  });

  it('of which only copied tags are left removes nothing, and says why', async () => {
    journey = await restoreJourney();
    const { ec2, slack, ana } = journey;
    ec2.securityGroups.add(ISOLATED);
    journey.haveBackup();
    await journey.begin({ way: 'test', groups: ISOLATED, options: ['nomad', 'start-app'] });
    await journey.restored();
    const [machine] = journey.launched();
    const list = journey.list();
    if (list === undefined || machine === undefined) throw new Error('there is no machine to remove');
    // As “launch more like this” and cost tools leave it.
    const payroll = ec2.addInstance({ tags: { ...machine.tags, Name: 'payroll-db' } });
    payroll.disableApiTermination = true;
    ec2.terminateInstance(machine.instanceId);
    const before = slack.ephemerals(ana.id).length;
    await slack.act(ana.id, { message: list }, REMOVE);
    await journey.until('the click was answered', () => slack.ephemerals(ana.id).length > before);
    expect(slack.ephemerals(ana.id).map(({ text }) => text)).toContainEqual(
      expect.stringMatching(
        /^Nothing that rs-\S+ launched is left in EC2\. i-\w+ is left alone: it carries the tag of rs-\S+, but EC2 launched it for something else\. Nothing was done\.$/,
      ),
    );
    expect([payroll.state, payroll.disableApiTermination]).toEqual(['running', true]);
    expect(ec2.count('ModifyInstanceAttribute')).toBe(0);
  });
});
