import { type Journey, startJourney } from '../journey.ts';
import {
  expectNothingMade,
  hints,
  journeyAtStep,
  onlyImage,
  outcomeOf,
  SOON,
  shown,
  stageShown,
} from './ec2.ts';

let journey: Journey;
afterEach(() => journey.close());

describe('a permission that is missing', () => {
  it.each(['CreateImage', 'CreateTags', 'DescribeSnapshots', 'DescribeImages', 'DescribeInstances'])(
    'is named before anything is made: ec2:%s',
    async (action) => {
      journey = await startJourney();
      journey.ec2.denied.add(`ec2:${action}`);
      await journey.say(journey.ana, 'now');
      await journey.ended();
      await journey.expectTranscript(`ec2/denied-${action.toLowerCase()}`);
      expectNothingMade(journey);
    },
  );

  it('does not undo a backup when it is taken away before the outcome is recorded', async () => {
    journey = await journeyAtStep('record', (ec2) => ec2.denied.add('ec2:CreateTags'), { ec2: SOON });
    await journey.say(journey.ana, 'now');
    await journey.ended();
    await journey.expectTranscript('ec2/outcome-not-recorded');
    expect(onlyImage(journey).state).toBe('available');
    expect(outcomeOf(onlyImage(journey))).toBeUndefined();
  });

  it('is said while it keeps the bot from watching', async () => {
    journey = await startJourney();
    await journey.say(journey.ana, 'now');
    await stageShown(journey, 'snapshots');
    journey.ec2.denied.add('ec2:DescribeSnapshots');
    await journey.until('the refusal was said', () => shown(journey).includes('DescribeSnapshots'));
    journey.ec2.denied.clear();
    await journey.ended();
    await journey.expectTranscript('ec2/complete');
    expect(hints(journey)).toEqual([
      'EC2 has refused DescribeSnapshots for a while (UnauthorizedOperation); still trying.',
    ]);
  });
});
