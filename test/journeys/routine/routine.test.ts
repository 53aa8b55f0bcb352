import { type Journey, startJourney } from '../journey.ts';
import { completeImages, FAST, ROUTINE, slotsOf } from './routine.ts';

let journey: Journey;
afterEach(() => journey.close());

const CLOSE_ENOUGH = 10_000;

describe('routine backups', () => {
  it('are made at their slots, each once, in one quiet message', async () => {
    journey = await startJourney({ ...FAST, env: ROUTINE });
    await journey.until('two backups are complete', () => completeImages(journey).length >= 2);
    await journey.stopBot();
    const made = await slotsOf(journey);
    expect(made.length).toBeGreaterThanOrEqual(2);
    expect(new Set(made).size).toBe(made.length);
    for (const slot of made) expect(slot % (60 * 60_000)).toBe(0);
    expect(
      [...journey.ec2.images.values()].every((i) => i.tags['circleci-backup:schedule'] === 'routine'),
    ).toBe(true);
    const [first] = journey.runMessages();
    expect(JSON.stringify(first?.blocks)).toContain('asked for by the schedule');
    // Nobody is called for a routine success.
    expect(journey.slack.messages(journey.channel.id).filter((m) => m.text.includes('<@'))).toEqual([]);
  });

  it('say nothing when they succeed and NOTIFY is failures, and are loud when they fail', async () => {
    // Half as fast: a backup that outlives its slot, as on a busy machine, would be told of. The image fails long before its
    // snapshot is complete.
    const ec2 = { snapshotSeconds: { min: 1_500, max: 1_500 } };
    journey = await startJourney({ speed: 300, ec2, env: { ...ROUTINE, NOTIFY: 'failures' } });
    await journey.until('a backup is complete', () => completeImages(journey).length >= 1);
    await journey.clock.sleep(CLOSE_ENOUGH);
    expect(journey.slack.messages(journey.channel.id)).toEqual([]);
    journey.ec2.nextImage = { fail: 'Client.InternalError', failAfter: 30_000 };
    await journey.ended();
    journey.expectTranscript('routine/failure');
  });
});
