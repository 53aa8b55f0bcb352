import { type Journey, startJourney } from '../journey.ts';
import { expectComplete, hints, onlyImage, outcomeOf, SOON, shown, stageShown } from './ec2.ts';

let journey: Journey;
afterEach(() => journey.close());

describe('an image that does not become what was hoped for', () => {
  it('may be hidden by EC2 for minutes', async () => {
    journey = await startJourney();
    journey.ec2.nextImage = { invisibleFor: 120_000 };
    await journey.say(journey.ana, 'now');
    await journey.ended();
    await journey.expectTranscript('ec2/complete');
    expectComplete(journey);
    expect(hints(journey)).toEqual(['EC2 does not show image ami-0a3d5b7c000000001 yet; still looking.']);
  });

  it('fails with EC2’s reason', async () => {
    journey = await startJourney();
    journey.ec2.nextImage = { fail: 'Client.InternalError: Client error on launch', failAfter: 60_000 };
    await journey.say(journey.ana, 'now');
    await journey.ended();
    await journey.expectTranscript('ec2/image-failed');
    expect(outcomeOf(onlyImage(journey))).toBe('failed');
  });

  it('fails with a snapshot', async () => {
    journey = await startJourney();
    journey.ec2.nextImage = { snapshotError: 'The volume’s key is not available' };
    await journey.say(journey.ana, 'now');
    await journey.ended();
    await journey.expectTranscript('ec2/snapshot-failed');
    expect(outcomeOf(onlyImage(journey))).toBe('failed');
  });

  it('fails when its machine is terminated', async () => {
    journey = await startJourney();
    await journey.say(journey.ana, 'now');
    await stageShown(journey, 'snapshots');
    for (const id of journey.ec2.instances.keys()) journey.ec2.terminateInstance(id);
    await journey.ended();
    await journey.expectTranscript('ec2/machine-terminated');
    expect(outcomeOf(onlyImage(journey))).toBe('failed');
  });

  it('is given up at the deadline when it never completes', async () => {
    journey = await startJourney({ speed: 3000, env: { BACKUP_DEADLINE: '1h' } });
    journey.ec2.nextImage = { neverCompletes: true };
    await journey.say(journey.ana, 'now');
    await journey.ended();
    await journey.expectTranscript('ec2/deadline');
    expect(outcomeOf(onlyImage(journey))).toBe('failed');
  });

  it('is waited for in a state that nobody knows, and this is said', async () => {
    journey = await startJourney({ ec2: SOON });
    journey.ec2.nextImage = { neverCompletes: true };
    await journey.say(journey.ana, 'now');
    await stageShown(journey, 'snapshots');
    const image = onlyImage(journey);
    const [snapshot] = journey.ec2.snapshots.values();
    image.state = 'transient';
    await journey.until('the image’s state was said', () => shown(journey).includes('“transient”'));
    image.state = 'pending';
    if (snapshot !== undefined) snapshot.state = 'recovering';
    await journey.until('the snapshot’s state was said', () => shown(journey).includes('“recovering”'));
    expect(outcomeOf(image)).toBeUndefined();
    if (snapshot !== undefined) snapshot.state = 'pending';
    journey.ec2.completeImage(image.imageId);
    await journey.ended();
    await journey.expectTranscript('ec2/complete');
    expectComplete(journey);
  });

  it('vanishes when somebody deregisters it', async () => {
    journey = await startJourney({ speed: 600 });
    journey.ec2.nextImage = { neverCompletes: true };
    await journey.say(journey.ana, 'now');
    await stageShown(journey, 'snapshots');
    journey.ec2.images.clear();
    await journey.ended();
    await journey.expectTranscript('ec2/image-vanished');
    expect(journey.ec2.images.size).toBe(0);
  });
});
