import type { StoredMessage } from '../../../sandbox/slack/model.ts';
import { type RestoreJourney, restoreJourney } from './restore.ts';

const HOUR_MS = 3_600_000;

let journey: RestoreJourney;
afterEach(() => journey.close());

function requested(message: StoredMessage | undefined): StoredMessage {
  if (message === undefined) throw new Error('there is no request');
  return message;
}

const elasticOf = ({ ec2 }: RestoreJourney) => [...ec2.addresses.values()][0]?.held?.instanceId;

describe('a cut-over', () => {
  it('is undone where the new machine does not answer any more, and tried again when people say so', async () => {
    journey = await restoreJourney();
    const { ec2, old, machines } = journey;
    ec2.addAddress({ instanceId: old.instanceId });
    journey.haveBackup();
    const name = old.tags.Name;
    await journey.begin({ options: ['nomad'] });
    await journey.says('is ready, and prod still runs');
    const [machine] = journey.launched();
    const faults = machines.faultsOf(machine?.instanceId ?? '');
    faults.web = 'down';
    await journey.answer(journey.ben, 'Cut over');
    await journey.says('CircleCI does not answer yet');
    expect(old.state).toBe('stopped');
    journey.skip(HOUR_MS);
    await journey.says('The cut-over was undone');
    expect(old.state).toBe('running');
    expect(old.tags.Name).toBe(name);
    expect(elasticOf(journey)).toBe(old.instanceId);
    delete faults.web;
    await journey.answer(journey.ben, 'Cut over again');
    await journey.restored();
    expect(old.state).toBe('stopped');
    expect(elasticOf(journey)).toBe(machine?.instanceId);
    await journey.expectStory('restore/cut-over-undone');
  });

  it('is undone, and an abort then removes the new machine', async () => {
    journey = await restoreJourney();
    const { ec2, old } = journey;
    ec2.addAddress({ instanceId: old.instanceId });
    journey.haveBackup();
    ec2.denied.add('ec2:AssociateAddress');
    await journey.openForm(journey.ana);
    ec2.denied.delete('ec2:AssociateAddress');
    await journey.send(journey.ana, { options: ['nomad', 'cut-over'] });
    ec2.denied.add('ec2:AssociateAddress');
    await journey.approve(journey.ben);
    await journey.answer(journey.ben, 'Abort');
    await journey.restored();
    expect(journey.launched()).toEqual([]);
    expect(old.state).toBe('running');
    expect(elasticOf(journey)).toBe(old.instanceId);
    await journey.expectStory('restore/cut-over-aborted');
  });

  it('stops nothing where the old machine has become another one meanwhile', async () => {
    journey = await restoreJourney();
    const { ben, old, ec2 } = journey;
    journey.haveBackup();
    await journey.begin({ options: ['nomad'] });
    await journey.says('is ready, and prod still runs');
    const other = ec2.addInstance({ privateIp: '10.20.1.77', tags: { Name: 'circleci_services' } });
    old.tags.Name = 'payroll-db';
    await journey.press(ben, 'Cut over');
    await journey.says('What was approved no longer fits');
    expect([old.state, other.state]).toEqual(['running', 'running']);
    expect(old.tags.Name).toBe('payroll-db');
    other.tags.Name = 'another';
    old.tags.Name = 'circleci_services';
    await journey.answer(ben, 'Try again');
    await journey.restored();
    expect([old.state, other.state]).toEqual(['stopped', 'running']);
  });

  it('is nobody’s decision alone where the machine was not verified', async () => {
    journey = await restoreJourney();
    const { ben, ana, old } = journey;
    journey.haveBackup();
    journey.machines.nextFaults = (faults) => Object.assign(faults, { web: 'down' });
    await journey.begin({ options: ['nomad', 'cut-over'] });
    await journey.says('CircleCI does not answer yet');
    journey.skip(HOUR_MS);
    await journey.press(ben, 'Leave this step out');
    await journey.says('Left out: “Verify the machine”');
    await journey.press(ben, 'Cut over');
    await journey.says('was pressed by');
    await journey.press(ben, 'Cut over');
    expect(old.state).toBe('running');
    const [machine] = journey.launched();
    delete journey.machines.faultsOf(machine?.instanceId ?? '').web;
    await journey.answer(ana, 'Cut over');
    await journey.restored();
    expect(old.state).toBe('stopped');
    await journey.expectStory('restore/cut-over-unverified');
  });

  it('can be left for later: both machines stay, and the new one can be removed', async () => {
    journey = await restoreJourney();
    journey.haveBackup();
    const before = journey.oldAsItIs();
    await journey.begin();
    await journey.answer(journey.ana, 'End here, keep both');
    await journey.restored();
    await journey.until('the list stands in the channel', () => journey.list() !== undefined);
    expect(journey.launched()).toHaveLength(1);
    expect(journey.oldAsItIs()).toEqual(before);
    // It was to take over, and people may have put it to use by hand: nobody removes it alone.
    const list = journey.list();
    if (list === undefined) throw new Error('there is no list');
    await journey.slack.act(journey.ana.id, { message: list }, 'circleci-backup:remove-test');
    const request = () =>
      journey.slack
        .messages(journey.channel.id)
        .find(({ text }) => /Approval needed: Remove what/.test(text));
    await journey.until('the request stands in the channel', () => request() !== undefined);
    expect(journey.launched()).toHaveLength(1);
    await journey.slack.act(journey.ben.id, { message: requested(request()) }, 'circleci-backup:approve');
    await journey.until('the machine is gone', () => journey.launched().length === 0);
    await journey.until('the end is told', () =>
      journey.slack
        .messages(journey.channel.id)
        .some(({ text }) => /<@U\w+> What rs-.* is removed/.test(text)),
    );
    await journey.until('request and list have their last word', () => {
      const all = journey.slack.messages(journey.channel.id);
      const isListDone = all.some(({ text }) =>
        /the machine that this restore launched is removed/.test(text),
      );
      const isDone = (text: string) =>
        all.some((m) => m.text.includes(text) && /its message/.test(JSON.stringify(m.blocks)));
      return isListDone && isDone('Approved: Remove what');
    });
    expect(journey.oldAsItIs()).toEqual(before);
    await journey.expectStory('restore/cut-over-later');
  });
});

describe('a wish to stop', () => {
  it('stops before the next step and asks; people go on, stop again, and abort', async () => {
    // Slow enough that people are in time with what they want.
    journey = await restoreJourney({
      ec2: { machineSeconds: { pending: 120 } },
      machines: { timing: { boot: 5_000, appStart: 5_000, appStop: 240_000 } },
    });
    const { ana, ben } = journey;
    journey.haveBackup();
    const before = journey.oldAsItIs();
    await journey.begin();
    await journey.says('wait until it runs');
    const id = () => /rs-\d{8}-\d{4}-\w{4}/.exec(journey.restore().text)?.[0] ?? '';
    await journey.say(ana, `cancel ${id()}`);
    await journey.answer(ben, 'Go on');
    await journey.says(/: stop the application[\s\S]*stopping \(on/);
    await journey.say(ana, `cancel ${id()}`);
    await journey.answer(ben, 'Abort');
    await journey.restored();
    expect(journey.launched()).toEqual([]);
    expect(journey.oldAsItIs()).toEqual(before);
    await journey.expectStory('restore/canceled');
  });
});
