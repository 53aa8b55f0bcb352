import { HOUR_MS, type RoutineJourney, routineJourney, slotsOf } from './routine.ts';

let journey: RoutineJourney;
afterEach(() => journey.close());

describe('routine backups in trouble', () => {
  it('pause and go on: neither the pause nor its end starts one', async () => {
    journey = await routineJourney();
    await journey.say(journey.cleo, 'schedule pause for 2h');
    await journey.say(journey.ana, 'schedule pause for 3h');
    journey.toSlot();
    await journey.clock.sleep(60_000);
    journey.toSlot();
    await journey.clock.sleep(60_000);
    expect(await slotsOf(journey)).toEqual([]);
    await journey.say(journey.ana, 'schedule resume');
    const resumedAt = journey.clock.now();
    journey.toSlot();
    await journey.ran(1);
    const [first] = await slotsOf(journey);
    expect(first).toBeGreaterThanOrEqual(resumedAt);
    expect(journey.transcript()).toContain('paused the schedules of prod until');
  });

  it('are made up for once after the bot was down', async () => {
    journey = await routineJourney({ env: { BACKUP_SCHEDULE: '0 */6 * * *' } });
    journey.toSlot(6);
    await journey.ran(1);
    await journey.stopBot();
    const before = await slotsOf(journey);
    // Three slots pass, and a little of the time to the next one.
    journey.skip(18 * HOUR_MS + 60_000);
    await journey.startBot();
    await journey.ran(2);
    const after = await slotsOf(journey);
    expect(new Set(after).size).toBe(after.length);
    expect(after.length - before.length).toBeLessThanOrEqual(2);
    expect(journey.transcript()).toContain('The bot was not running at');
  });
});
