import type { Ec2Fault } from '../../../sandbox/ec2/wire/faults.ts';
import type { Journey } from '../journey.ts';
import { done, expectComplete, journeyAtStep, onlyImage, outcomeOf, SOON } from './ec2.ts';

let journey: Journey;
afterEach(() => journey.close());

/** Slow enough that a lost answer, noticed after 300 ms of the wall, leaves patience for more. */
const LOSSY = { ec2: SOON, speed: 100, gateways: { awsTimeoutMs: 300 } };

describe('a backup whose CreateImage is not answered', () => {
  it.each<[string, Ec2Fault]>([
    ['no answer, although the image was made', { action: 'CreateImage', kind: 'silence', applied: true }],
    ['no answer, and no image', { action: 'CreateImage', kind: 'silence', applied: false }],
    ['a cut connection after the image was made', { action: 'CreateImage', kind: 'cut', applied: true }],
    ['a cut connection before', { action: 'CreateImage', kind: 'cut', applied: false }],
    ['a proxy’s error', { action: 'CreateImage', kind: 'http', status: 504 }],
  ])('has one image after %s', async (_what, fault) => {
    journey = await journeyAtStep('image', (ec2) => ec2.faults.push(fault), LOSSY);
    await journey.say(journey.ana, 'now');
    await journey.ended();
    await journey.expectTranscript('ec2/complete');
    expectComplete(journey);
    expect(journey.ec2.count('CreateImage')).toBeGreaterThan(1);
  });

  it('has the image that was made, although EC2 refuses to make it again', async () => {
    const action = 'CreateImage';
    journey = await journeyAtStep('image', (ec2) =>
      ec2.faults.push(
        { action, realCallsOnly: true, kind: 'cut', applied: true },
        { action, realCallsOnly: true, kind: 'error', code: 'ResourceLimitExceeded' },
      ),
    );
    await journey.say(journey.ana, 'now');
    await journey.ended();
    await journey.expectTranscript('ec2/complete');
    expectComplete(journey);
  });

  it('looks for its image as long as EC2 may hide it', async () => {
    journey = await journeyAtStep(
      'image',
      (ec2) => {
        ec2.nextImage = { invisibleFor: 120_000 };
        ec2.faults.push({ action: 'CreateImage', kind: 'cut', applied: true });
      },
      { ec2: SOON },
    );
    await journey.say(journey.ana, 'now');
    await journey.ended();
    await journey.expectTranscript('ec2/complete');
    expectComplete(journey);
  });

  it('does not say that nothing was made when it cannot know', async () => {
    journey = await journeyAtStep('image', (ec2) =>
      ec2.faults.push(
        { action: 'CreateImage', kind: 'cut', applied: true },
        { action: '*', times: 1000, kind: 'cut', applied: false },
      ),
    );
    await journey.say(journey.ana, 'now');
    await journey.ended();
    await journey.expectTranscript('ec2/image-unconfirmed');
    expect(outcomeOf(onlyImage(journey))).toBeUndefined();
    expect(done(journey, 'CreateImage')).toBe(1);
  });

  it('leaves an image of the same name alone that somebody else made', async () => {
    journey = await journeyAtStep('image', (ec2) => {
      const [machine] = ec2.instances.values();
      ec2.images.set('ami-0123456789abcdef0', {
        imageId: 'ami-0123456789abcdef0',
        name: `circleci-backup/prod/${journey.runId()}`,
        description: 'made by hand',
        state: 'available',
        sourceInstanceId: machine?.instanceId ?? '',
        createdAt: journey.clock.now(),
        rootDevice: '/dev/sda1',
        mappings: [],
        tags: {},
        noReboot: true,
        protection: 'disabled',
      });
    });
    await journey.say(journey.ana, 'now');
    await journey.ended();
    await journey.expectTranscript('ec2/name-taken');
    expect(onlyImage(journey).tags).toEqual({});
    expect(done(journey, 'CreateTags')).toBe(0);
  });
});
