import { HOUR_MS, type RoutineJourney, routineJourney, slotsOf } from './routine.ts';

let journey: RoutineJourney;
afterEach(() => journey.close());

const CLOSE_ENOUGH = 10_000;

describe('routine backups', () => {
  it('are made at their slots, each once, in one quiet message', async () => {
    journey = await routineJourney();
    for (const count of [1, 2]) {
      journey.toSlot();
      await journey.ran(count);
    }
    await journey.stopBot();
    const made = await slotsOf(journey);
    expect(made.length).toBeGreaterThanOrEqual(2);
    expect(new Set(made).size).toBe(made.length);
    for (const slot of made) expect(slot % HOUR_MS).toBe(0);
    expect(
      [...journey.ec2.images.values()].every((i) => i.tags['circleci-backup:schedule'] === 'routine'),
    ).toBe(true);
    const [first] = journey.runMessages();
    expect(JSON.stringify(first?.blocks)).toContain('asked for by the schedule');
    // Nobody is called for a routine success.
    expect(journey.slack.messages(journey.channel.id).filter((m) => m.text.includes('<@'))).toEqual([]);
  });

  it('say nothing when they succeed and NOTIFY is failures, and are loud when they fail', async () => {
    // An image fails long before its snapshot is complete.
    const ec2 = { snapshotSeconds: { min: 300, max: 300 } };
    journey = await routineJourney({ env: { NOTIFY: 'failures' }, ec2 });
    journey.toSlot();
    await journey.ran(1);
    await journey.clock.sleep(CLOSE_ENOUGH);
    expect(journey.slack.messages(journey.channel.id)).toEqual([]);
    journey.ec2.nextImage = { fail: 'Client.InternalError', failAfter: 30_000 };
    journey.toSlot();
    await journey.ended();
    await journey.expectTranscript('routine/failure');
  });
});
