import type { InstanceRecord } from '../../../sandbox/ec2/state.ts';
import { APPROVE } from '../approval/approval.ts';
import { type QuiescedJourney, quiescedJourney } from './quiesced.ts';

let journey: QuiescedJourney;
afterEach(() => journey.close());

const CHANGING = /^(CreateImage|RebootInstances|StopInstances|TerminateInstances)$/;

/** What was done in EC2, dry runs apart. */
const done = () =>
  journey.ec2.calls
    .filter(({ action, dryRun }) => CHANGING.test(action) && !dryRun)
    .map((call) => call.action);

/** Another machine of the account, with nothing of CircleCI's. */
function payroll(): InstanceRecord {
  return journey.ec2.addInstance({ privateIp: '10.20.1.77', tags: { Name: 'payroll-db' } });
}

describe('a backup that was approved for one machine', () => {
  it.each(['--reboot', '--quiesce'])('is of no other one, where the tag has moved (%s)', async (flag) => {
    journey = await quiescedJourney();
    const other = payroll();
    await journey.ask(journey.ana, `now ${flag}`);
    journey.instance.tags.Name = 'circleci-old';
    other.tags.Name = 'circleci_services';
    await journey.press(journey.ben, APPROVE);
    await journey.over();
    expect(done()).toEqual([]);
    expect(journey.ec2.images.size).toBe(0);
    expect(journey.services().orders).toEqual([]);
    await journey.until('the request says it', () => journey.transcript().includes('No longer counts'));
    if (flag === '--reboot') await journey.expectTranscript('quiesced/another-machine');
  });

  it('is not of a second machine that answers to the tag as well', async () => {
    journey = await quiescedJourney();
    const other = payroll();
    await journey.ask(journey.ana, 'now --reboot');
    other.tags.Name = 'circleci_services';
    await journey.press(journey.ben, APPROVE);
    await journey.over();
    expect(done()).toEqual([]);
    expect(journey.shown()).toContain(other.instanceId);
  });

  it('does not begin where the machine has another address by then', async () => {
    journey = await quiescedJourney();
    await journey.ask(journey.ana, 'now --quiesce');
    journey.instance.privateIp = '10.20.1.99';
    await journey.press(journey.ben, APPROVE);
    await journey.over();
    expect(done()).toEqual([]);
    expect(journey.shown()).toContain('10.20.1.99');
    expect(journey.services().orders).toEqual([]);
  });

  it('does not begin where the machine was stopped by then', async () => {
    journey = await quiescedJourney();
    await journey.ask(journey.ana, 'now --reboot');
    journey.instance.state = 'stopped';
    await journey.press(journey.ben, APPROVE);
    await journey.over();
    expect(done()).toEqual([]);
    expect(journey.shown()).toMatch(/is stopped/);
  });
});
