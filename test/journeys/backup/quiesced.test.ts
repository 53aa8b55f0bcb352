import { DENY } from '../approval/approval.ts';
import { auditOf } from '../audit.ts';
import { type QuiescedJourney, quiescedJourney } from './quiesced.ts';

let journey: QuiescedJourney;
afterEach(() => journey.close());

const images = () => [...journey.ec2.images.values()];

/** The promise of every run below: nobody has to look whether CircleCI is up. */
function expectUpAgain(orders: string[]): void {
  expect(journey.services().app()).toMatchObject({ state: 'started', transitioning: false });
  expect(journey.services().orders).toEqual(orders);
}

describe('a quiesced backup', () => {
  it('stops CircleCI until the snapshots have begun, and says for how long', async () => {
    journey = await quiescedJourney();
    await journey.begin('now --quiesce before the upgrade');
    await journey.over();
    expectUpAgain(['stopping', 'starting']);
    expect(journey.appAtImage()).toBe('stopped');
    const [made] = images();
    const seconds = Number(made?.tags['circleci-backup:downtime-seconds']);
    expect(seconds).toBeGreaterThan(60);
    expect(made?.tags).toMatchObject({
      'circleci-backup:mode': 'quiesced',
      'circleci-backup:outcome': 'complete',
    });
    const [result] = (await auditOf(journey.dataFolder)).filter(({ kind }) => kind === 'result');
    expect(result?.detail).toMatchObject({ mode: 'quiesced', app: { state: 'up' } });
    await journey.say(journey.cleo, 'list');
    // The next plan knows how long it takes.
    await journey.ask(journey.ben, 'now --quiesce');
    await journey.expectTranscript('quiesced/complete');
  });

  it.each([
    ['now --quiesce', { 'aws:autoscaling:groupName': 'ci' }, 'The Auto Scaling group ci replaces a machine'],
    ['now --reboot', { 'aws:autoscaling:groupName': 'ci' }, 'The Auto Scaling group ci replaces a machine'],
    ['now --reboot', { 'opsworks:stack': 'CI' }, 'The OpsWorks stack CI stops and starts a machine'],
    ['now --quiesce', { 'eks:nodegroup-name': 'ci' }, 'Kubernetes (ci) replaces a machine'],
  ])('%s of a machine on which somebody else acts says so (%j)', async (text, tags, words) => {
    journey = await quiescedJourney();
    Object.assign(journey.instance.tags, tags);
    await journey.ask(journey.ana, text);
    const { text: fallback, blocks } = journey.request();
    const asked = `${fallback}\n${JSON.stringify(blocks)}`;
    expect(asked).toContain(words);
    expect(asked).toContain('First: ');
  });

  it('is refused where the bot could not log in at a public address', async () => {
    journey = await quiescedJourney({ env: { SSH_ADDRESS: 'public' } });
    delete journey.instance.publicIp;
    await journey.say(journey.ana, 'now --quiesce');
    expect(journey.slack.ephemerals(journey.ana.id).at(-1)?.text).toContain('has no public address');
  });

  it('that is denied touches nothing', async () => {
    journey = await quiescedJourney();
    const { slack, ben, ana } = journey;
    await journey.ask(ana, 'now --quiesce');
    await journey.press(ben, DENY);
    const [view] = slack.views(ben.id);
    if (view === undefined) throw new Error('no form');
    await slack.submit(ben.id, view, {
      reason: { reason: { type: 'plain_text_input', value: 'a release is under way' } },
    });
    await journey.until('it was denied', () => journey.request().text.includes('Denied'));
    expectUpAgain([]);
    expect(images()).toEqual([]);
  });

  it('waits until Nomad runs nothing, and says what it waits for', async () => {
    journey = await quiescedJourney();
    journey.services().jobs.push('timetable-1234');
    await journey.begin('now --quiesce');
    await journey.until('it says which job runs', () =>
      journey.shown().includes('1 job of Nomad: timetable-1234'),
    );
    expect(images()).toEqual([]);
    journey.services().jobs.length = 0;
    await journey.over();
    expectUpAgain(['stopping', 'starting']);
    expect(journey.appAtImage()).toBe('stopped');
  });

  it('gives up when Nomad does not become idle, and starts CircleCI again', async () => {
    journey = await quiescedJourney();
    journey.services().jobs.push('timetable-1234', 'ticket-office-77');
    await journey.begin('now --quiesce');
    await journey.during('See that no builds run');
    journey.skip(11);
    await journey.over();
    expectUpAgain(['stopping', 'starting']);
    expect(images()).toEqual([]);
    await journey.expectTranscript('quiesced/builds');
  });

  it('that is canceled while CircleCI is stopped starts it again', async () => {
    journey = await quiescedJourney();
    journey.services().jobs.push('timetable-1234');
    await journey.begin('now --quiesce');
    await journey.during('See that no builds run');
    await journey.say(journey.ben, `cancel ${journey.runId()}`);
    await journey.over();
    expectUpAgain(['stopping', 'starting']);
    expect(images()).toEqual([]);
    await journey.expectTranscript('quiesced/canceled');
  });

  it('whose image EC2 refuses starts CircleCI again', async () => {
    journey = await quiescedJourney();
    journey.ec2.faults.push({
      action: 'CreateImage',
      realCallsOnly: true,
      kind: 'error',
      code: 'ResourceLimitExceeded',
    });
    await journey.begin('now --quiesce');
    await journey.over();
    expectUpAgain(['stopping', 'starting']);
    await journey.expectTranscript('quiesced/image-refused');
  });
});
