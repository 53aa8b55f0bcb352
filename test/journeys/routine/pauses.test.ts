import { type Journey, startJourney } from '../journey.ts';
import { completeImages, FAST, ROUTINE, slotsOf } from './routine.ts';

let journey: Journey;
afterEach(() => journey.close());

describe('routine backups in trouble', () => {
  it('pause and go on: neither the pause nor its end starts one', async () => {
    journey = await startJourney({ ...FAST, env: ROUTINE });
    await journey.say(journey.cleo, 'schedule pause for 2h');
    await journey.say(journey.ana, 'schedule pause for 3h');
    const pausedAt = journey.clock.now();
    await journey.until('two slots have passed', () => journey.clock.now() - pausedAt > 125 * 60_000);
    expect(await slotsOf(journey)).toEqual([]);
    await journey.say(journey.ana, 'schedule resume');
    const resumedAt = journey.clock.now();
    await journey.until('a backup is complete', () => completeImages(journey).length >= 1);
    const [first] = await slotsOf(journey);
    expect(first).toBeGreaterThanOrEqual(resumedAt);
    expect(journey.transcript()).toContain('paused the schedules of prod until');
  });

  it('are made up for once after the bot was down', async () => {
    journey = await startJourney({
      ...FAST,
      env: { ...ROUTINE, BACKUP_SCHEDULE: '0 */6 * * *' },
      speed: 6_000,
    });
    await journey.until('a backup is complete', () => completeImages(journey).length >= 1);
    await journey.stopBot();
    const before = await slotsOf(journey);
    const downAt = journey.clock.now();
    const last = before.at(-1) ?? 0;
    // Three slots pass, and a little of the time to the next one.
    await journey.until(
      'three slots have passed',
      () => journey.clock.now() > last + 3 * 6 * 3_600_000 + 60_000,
    );
    expect(journey.clock.now()).toBeGreaterThan(downAt);
    await journey.startBot();
    await journey.until('the missed one is made', () => completeImages(journey).length >= 2);
    const after = await slotsOf(journey);
    expect(new Set(after).size).toBe(after.length);
    expect(after.length - before.length).toBeLessThanOrEqual(2);
    expect(journey.transcript()).toContain('The bot was not running at');
  });
});
