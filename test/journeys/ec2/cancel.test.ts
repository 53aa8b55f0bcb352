import { CANCEL_RUN } from '../../../src/slack/run/cancel-run.ts';
import { hasLastWord, type Journey, startJourney } from '../journey.ts';
import { done, expectNothingMade, journeyAtStep, onlyImage, outcomeOf, stageShown } from './ec2.ts';

let journey: Journey;
afterEach(() => journey.close());

describe('a backup that is canceled', () => {
  it('leaves nothing when no image exists yet', async () => {
    journey = await startJourney({ speed: 100 });
    journey.ec2.faults.push({ action: 'DescribeInstances', times: 1000, kind: 'error', code: 'Unavailable' });
    await journey.say(journey.ana, 'now');
    await stageShown(journey, 'find');
    await journey.say(journey.ben, `cancel ${journey.runId()}`);
    await journey.ended();
    await journey.expectTranscript('ec2/canceled-before');
    expectNothingMade(journey);
  });

  it('says what remains when EC2 has begun to copy', async () => {
    journey = await startJourney();
    journey.ec2.nextImage = { neverCompletes: true };
    await journey.say(journey.ana, 'now');
    await journey.until('the copy was under way', () => /copy the volumes, [1-9]/.test(headline()));
    await journey.say(journey.ben, `cancel ${journey.runId()}`);
    await journey.ended();
    await journey.expectTranscript('ec2/canceled-copying');
    expect(outcomeOf(onlyImage(journey))).toBe('failed');
    for (const snapshot of journey.ec2.snapshots.values())
      expect(snapshot.tags['circleci-backup:outcome']).toBe('failed');
    // Nothing went wrong with it, and nobody counts it as that.
    await journey.say(journey.ana, 'list');
    expect(lastAnswer()).toMatch(/octagonal_sign: \*canceled\*/);
    await journey.say(journey.ana, 'status');
    expect(lastAnswer()).toContain('In EC2: 0 complete, 1 canceled.');
  });

  it('says what remains, too, when the cancel came while the image was being asked for', async () => {
    journey = await journeyAtStep(
      'image',
      (ec2) => ec2.faults.push({ action: 'CreateImage', times: 1000, kind: 'error', code: 'Unavailable' }),
      { speed: 100 },
    );
    await journey.say(journey.ana, 'now');
    await stageShown(journey, 'image');
    await journey.say(journey.ben, `cancel ${journey.runId()}`);
    journey.ec2.faults.length = 0;
    await journey.ended();
    await journey.expectTranscript('ec2/canceled-creating');
    expect(outcomeOf(onlyImage(journey))).toBe('failed');
  });

  it('is stopped by the button in its message, which goes away', async () => {
    journey = await startJourney();
    journey.ec2.nextImage = { neverCompletes: true };
    await journey.say(journey.ana, 'now');
    await journey.until('the copy was under way', () => /copy the volumes, [1-9]/.test(headline()));
    const [message] = journey.runMessages();
    if (message === undefined) throw new Error('there is no message');
    await journey.slack.act(journey.ben.id, { message }, CANCEL_RUN);
    await journey.ended();
    // What one sees is the same as after the typed command, but for the answer.
    await journey.expectTranscript('ec2/canceled-copying');
    const last = journey.runMessages()[0];
    expect(JSON.stringify(last?.blocks)).not.toContain(CANCEL_RUN);
    // Somebody with an old screen presses it again.
    const before = journey.slack.ephemerals(journey.ana.id).length;
    await journey.slack.act(journey.ana.id, { message }, CANCEL_RUN);
    await journey.until(
      'the old button was answered',
      () => journey.slack.ephemerals(journey.ana.id).length > before,
    );
    expect(journey.slack.ephemerals(journey.ana.id).at(-1)?.text).toMatch(/is not running \(any more\)/);
    expect(done(journey, 'CreateTags')).toBe(1);
  });

  it('goes on when somebody without rights asks, or somebody asks for another run', async () => {
    journey = await startJourney();
    journey.ec2.nextImage = { neverCompletes: true };
    await journey.say(journey.ana, 'now');
    await stageShown(journey, 'snapshots');
    await journey.say(journey.cleo, `cancel ${journey.runId()}`);
    await journey.say(journey.ben, 'cancel bk-20250101-0000-abcd');
    await journey.say(journey.ben, 'cancel the backup');
    await journey.say(journey.ben, 'cancel');
    const [message] = journey.runMessages();
    if (message === undefined) throw new Error('there is no message');
    const before = journey.slack.ephemerals(journey.cleo.id).length;
    await journey.slack.act(journey.cleo.id, { message }, CANCEL_RUN);
    await journey.until(
      'the button was answered',
      () => journey.slack.ephemerals(journey.cleo.id).length > before,
    );
    expect(journey.runMessages().some(hasLastWord)).toBe(false);
    journey.ec2.completeImage(onlyImage(journey).imageId);
    await journey.ended();
    await journey.say(journey.ben, `cancel ${journey.runId()}`);
    await journey.expectTranscript('ec2/cancel-refused');
    expect(outcomeOf(onlyImage(journey))).toBe('complete');
  });
});

function lastAnswer(): string {
  return JSON.stringify(journey.slack.ephemerals(journey.ana.id).at(-1)?.blocks);
}

function headline(): string {
  return journey.runMessages()[0]?.text ?? '';
}
