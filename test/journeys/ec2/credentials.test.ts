import { type Journey, startJourney } from '../journey.ts';
import { done, expectComplete, hints, onlyImage, outcomeOf, shown, stageShown } from './ec2.ts';

let journey: Journey;
afterEach(() => journey.close());

describe('credentials that expire', () => {
  it('may be renewed while EC2 goes on', async () => {
    journey = await startJourney();
    await journey.say(journey.ana, 'now');
    await stageShown(journey, 'snapshots');
    journey.ec2.credentials = 'expired';
    await journey.until('the credentials were said to be refused', () =>
      shown(journey).includes('credentials'),
    );
    journey.ec2.credentials = 'valid';
    await journey.ended();
    await journey.expectTranscript('ec2/complete');
    expectComplete(journey);
    expect(hints(journey)).toEqual([
      'AWS has refused the bot’s credentials for a while (RequestExpired); still trying. Please renew them.',
    ]);
  });

  it('end the run after an hour when nobody renews them, without a claim about the image', async () => {
    journey = await startJourney({ speed: 3000 });
    journey.ec2.nextImage = { neverCompletes: true };
    await journey.say(journey.ana, 'now');
    await stageShown(journey, 'snapshots');
    journey.ec2.credentials = 'expired-token';
    await journey.ended();
    await journey.expectTranscript('ec2/credentials-expired');
    expect(outcomeOf(onlyImage(journey))).toBeUndefined();
    expect(done(journey, 'CreateTags')).toBe(0);
  });

  it('end the run in minutes when there is no image yet', async () => {
    journey = await startJourney();
    journey.ec2.credentials = 'invalid';
    await journey.say(journey.ana, 'now');
    await journey.ended();
    await journey.expectTranscript('ec2/credentials-invalid');
    expect(journey.ec2.images.size).toBe(0);
  });
});
