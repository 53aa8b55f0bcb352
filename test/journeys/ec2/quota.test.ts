import type { Journey } from '../journey.ts';
import { expectNothingMade, journeyAtStep } from './ec2.ts';

let journey: Journey;
afterEach(() => journey.close());

describe('a limit of the AWS account', () => {
  it.each(['SnapshotCreationPerVolumeRateExceeded', 'ResourceLimitExceeded'])(
    'stops a backup before anything is made: %s',
    async (code) => {
      journey = await journeyAtStep('image', (ec2) =>
        ec2.faults.push({ action: 'CreateImage', kind: 'error', code }),
      );
      await journey.say(journey.ana, 'now');
      await journey.ended();
      await journey.expectTranscript(`ec2/quota-${code.toLowerCase()}`);
      expectNothingMade(journey);
    },
  );
});
