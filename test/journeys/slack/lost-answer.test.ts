import { SOON } from '../ec2/ec2.ts';
import { hasLastWord, type Journey, startJourney } from '../journey.ts';
import {
  callsOf,
  directTo,
  expectToldOnce,
  hasButtons,
  IMPATIENT,
  notesOf,
  runShown,
  slackDown,
} from './slack.ts';

let journey: Journey;
afterEach(() => journey.close());

const CANCEL = 'circleci-backup:cancel';
/** Long enough that a cancel always comes while volumes are copied. */
const LATE = { snapshotSeconds: { min: 3_000, max: 4_000 } };

/** The run has seen the snapshots, so that what a cancel leaves is always the same. */
function copying(): Promise<void> {
  return journey.until('volumes are copied', () => journey.ec2.count('DescribeSnapshots') > 1);
}

describe('an answer of Slack that never comes', () => {
  for (const kind of ['silence', 'cut'] as const) {
    for (const applied of [true, false]) {
      it(`to the first post (${kind}, ${applied ? 'done' : 'not done'}): the result is told once`, async () => {
        journey = await startJourney({ ec2: SOON, gateways: IMPATIENT });
        journey.slack.faults.push({ method: 'chat.postMessage', kind, applied });
        await journey.say(journey.ana, 'now');
        await journey.ended();
        journey.expectTranscript(applied ? 'slack/first-post-unknown' : 'slack/first-post-lost');
        const told = expectToldOnce(journey);
        expect(JSON.stringify(told.blocks)).toContain('could not be kept up to date');
        expect(journey.runMessages()).toHaveLength(applied ? 2 : 1);
        expect(directTo(journey, journey.ana)).toEqual([]);
      });

      it(`to an edit (${kind}, ${applied ? 'done' : 'not done'}): it is made again`, async () => {
        journey = await startJourney({ ec2: SOON, gateways: IMPATIENT });
        await journey.say(journey.ana, 'now');
        await runShown(journey);
        journey.slack.faults.push({ method: 'chat.update', kind, applied });
        await journey.ended();
        expectToldOnce(journey);
        expect(journey.runMessages()).toHaveLength(1);
        expect(callsOf(journey, 'chat.postMessage')).toHaveLength(2);
      });
    }
  }

  for (const applied of [true, false]) {
    it(`to the note at the end (${applied ? 'done' : 'not done'}): the person has it directly`, async () => {
      journey = await startJourney({ ec2: SOON, gateways: IMPATIENT });
      await journey.say(journey.ana, 'now');
      await runShown(journey);
      journey.slack.faults.push({ method: 'chat.postMessage', kind: 'silence', applied });
      await journey.until('Ana was told directly', () => directTo(journey, journey.ana).length > 0);
      await journey.until('the result stands there', () => journey.runMessages().some(hasLastWord));
      journey.expectTranscript(applied ? 'slack/note-unknown' : 'slack/note-lost');
      expectToldOnce(journey);
      expect(notesOf(journey)).toHaveLength(applied ? 1 : 0);
    });
  }
});

describe('a message that Slack never confirmed', () => {
  it('is the run’s own again once somebody presses its button', async () => {
    journey = await startJourney({
      ec2: LATE,
      gateways: IMPATIENT,
    });
    journey.slack.faults.push({ method: 'chat.postMessage', kind: 'cut', applied: true });
    const slackIsBack = slackDown(journey, 'auth.test');
    await journey.say(journey.ana, 'now');
    await journey.until(
      'the bot asked whether Slack is there',
      () => callsOf(journey, 'auth.test').length > 1,
    );
    const [orphan] = journey.runMessages();
    if (orphan === undefined) throw new Error('the post was not applied');
    await copying();
    await journey.slack.act(journey.ben.id, { message: orphan }, CANCEL);
    await journey.ended();
    slackIsBack();
    journey.expectTranscript('slack/adopted');
    expect(journey.runMessages()).toHaveLength(1);
    expect(expectToldOnce(journey).ts).toBe(orphan.ts);
  });

  it('points to its successor once somebody presses its button', async () => {
    journey = await startJourney({ ec2: LATE });
    journey.slack.faults.push({ method: 'chat.postMessage', kind: 'cut', applied: true });
    await journey.say(journey.ana, 'now');
    await journey.until('another message goes on', () => journey.runMessages().length === 2);
    const [orphan] = journey.runMessages();
    if (orphan === undefined) throw new Error('the post was not applied');
    await copying();
    await journey.slack.act(journey.ben.id, { message: orphan }, CANCEL);
    await journey.ended();
    await journey.until(
      'the first message says that it is out of date',
      () => journey.slack.messages(journey.channel.id)[0]?.text.includes('out of date') ?? false,
    );
    journey.expectTranscript('slack/replaced');
    expectToldOnce(journey);
    expect(journey.slack.messages(journey.channel.id).filter(hasButtons)).toEqual([]);
  });
});
