import { type Journey, startJourney } from '../journey.ts';
import { expectComplete, hints, SOON, stageShown } from './ec2.ts';

let journey: Journey;
afterEach(() => journey.close());

describe('a backup while EC2 has trouble that heals', () => {
  it('does not bother anybody with throttling that passes', async () => {
    journey = await startJourney({ speed: 100, ec2: SOON });
    for (const action of [
      'DescribeInstances',
      'CreateImage',
      'DescribeImages',
      'DescribeSnapshots',
      'CreateTags',
    ])
      journey.ec2.faults.push({ action, times: 3, kind: 'error', code: 'RequestLimitExceeded' });
    journey.ec2.faults.push({
      action: 'ListSnapshotBlocks',
      times: 2,
      kind: 'error',
      code: 'RequestThrottledException',
      status: 400,
    });
    await journey.say(journey.ana, 'now');
    await journey.ended();
    await journey.expectTranscript('ec2/complete');
    expectComplete(journey);
    expect(journey.ec2.faults).toEqual([]);
  });

  it('says which call EC2 does not answer once it lasts, and no longer when it is over', async () => {
    journey = await startJourney();
    await journey.say(journey.ana, 'now');
    await stageShown(journey, 'snapshots');
    journey.ec2.faults.push(
      { action: 'DescribeImages', times: 6, kind: 'error', code: 'InternalError' },
      { action: 'DescribeImages', times: 4, kind: 'error', code: 'Unavailable' },
      { action: 'DescribeImages', times: 2, kind: 'http', status: 502 },
    );
    await journey.ended();
    await journey.expectTranscript('ec2/complete');
    expectComplete(journey);
    expect(journey.ec2.faults).toEqual([]);
    expect(hints(journey).length).toBeGreaterThan(0);
    for (const hint of hints(journey))
      expect(hint).toMatch(
        /^EC2 has not answered DescribeImages for a while \((InternalError|Unavailable|HTTP 502)\); still trying\.$/,
      );
  });

  it('waits for a machine that EC2 finds only at the second call, and for a proxy that comes back', async () => {
    journey = await startJourney({ ec2: SOON });
    journey.ec2.faults.push(
      { action: 'DescribeInstances', times: 2, kind: 'cut', applied: false },
      { action: 'DescribeInstances', kind: 'http', status: 503 },
      { action: 'CreateTags', kind: 'cut', applied: true },
      { action: 'CreateTags', kind: 'http', status: 504 },
    );
    await journey.say(journey.ana, 'now');
    await journey.ended();
    await journey.expectTranscript('ec2/complete');
    expectComplete(journey);
  });

  it('gives up before there is an image, and says that nothing was made', async () => {
    journey = await startJourney();
    journey.ec2.faults.push({ action: 'DescribeInstances', times: 1000, kind: 'error', code: 'Unavailable' });
    await journey.say(journey.ana, 'now');
    await journey.ended();
    await journey.expectTranscript('ec2/unavailable');
    expect(journey.ec2.images.size).toBe(0);
  });
});
