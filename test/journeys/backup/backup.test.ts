import { headlines, type Journey, startJourney } from '../journey.ts';

let journey: Journey;
afterEach(() => journey.close());

describe('a backup from Slack', () => {
  it('shows its progress in one message, and a result that is true', async () => {
    journey = await startJourney();
    await journey.say(journey.ana, 'now before the upgrade');
    await journey.ended();
    await journey.expectTranscript('backup/complete');

    const [message, ...others] = journey.runMessages();
    expect(others).toEqual([]);
    expect(headlines(message ?? journey.slack.messages('')[0] ?? never())).toContain(
      `Backup of prod: copy the volumes (${journey.runId()})`,
    );
    const [image, ...more] = [...journey.ec2.images.values()];
    expect(more).toEqual([]);
    expect(image?.tags['circleci-backup:outcome']).toBe('complete');
    expect(image?.tags['circleci-backup:note']).toBe('before the upgrade');
    const lines = journey.log.map((line): Record<string, unknown> => JSON.parse(line));
    const about = { run: journey.runId(), target: 'prod' };
    expect(lines.filter(({ msg }) => msg === 'answered')).toMatchObject([
      { verb: 'now', result: 'ok', ...about },
    ]);
    expect(lines.filter(({ msg }) => msg === 'run ended')).toMatchObject([
      { kind: 'backup', outcome: 'complete', ms: expect.any(Number), ...about },
    ]);
  });
});

function never(): never {
  throw new Error('there is no message');
}
