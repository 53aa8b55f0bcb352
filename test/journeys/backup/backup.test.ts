import { headlines, type Journey, startJourney } from '../journey.ts';

let journey: Journey;
afterEach(() => journey.close());

describe('a backup from Slack', () => {
  it('shows its progress in one message, and a result that is true', async () => {
    journey = await startJourney();
    await journey.say(journey.ana, 'now before the upgrade');
    await journey.ended();
    journey.expectTranscript('backup/complete');

    const [message, ...others] = journey.runMessages();
    expect(others).toEqual([]);
    expect(headlines(message ?? journey.slack.messages('')[0] ?? never())).toContain(
      `Backup of prod: copy the volumes (${journey.runId()})`,
    );
    const [image, ...more] = [...journey.ec2.images.values()];
    expect(more).toEqual([]);
    expect(image?.tags['circleci-backup:outcome']).toBe('complete');
    expect(image?.tags['circleci-backup:note']).toBe('before the upgrade');
  });
});

function never(): never {
  throw new Error('there is no message');
}
