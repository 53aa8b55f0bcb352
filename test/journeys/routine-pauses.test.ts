import { auditOf } from './audit.ts';
import { type Journey, startJourney } from './journey.ts';

let journey: Journey;
afterEach(() => journey.close());

/** A slot an hour, which is six seconds: room for a backup also where the machine is busy. */
const ROUTINE = { BACKUP_SCHEDULE: '0 * * * *', KEEP_LAST: '2' };
const FAST = { speed: 600, ec2: { snapshotSeconds: { min: 60, max: 120 } } };

const images = () => [...journey.ec2.images.values()];
const complete = () => images().filter((i) => i.tags['circleci-backup:outcome'] === 'complete');

/** Slots of which a backup was asked for, as the audit tells, oldest first. */
async function slots(): Promise<number[]> {
  const rows = await auditOf(journey.dataFolder);
  return rows
    .filter((row) => row.kind === 'request' && row.detail.slot !== undefined)
    .map((row) => Number(row.detail.slot));
}

describe('routine backups in trouble', () => {
  it('pause and go on: neither the pause nor its end starts one', async () => {
    journey = await startJourney({ ...FAST, env: ROUTINE });
    await journey.say(journey.cleo, 'schedule pause for 2h');
    await journey.say(journey.ana, 'schedule pause for 3h');
    const pausedAt = journey.clock.now();
    await journey.until('two slots have passed', () => journey.clock.now() - pausedAt > 125 * 60_000);
    expect(await slots()).toEqual([]);
    await journey.say(journey.ana, 'schedule resume');
    const resumedAt = journey.clock.now();
    await journey.until('a backup is complete', () => complete().length >= 1);
    const [first] = await slots();
    expect(first).toBeGreaterThanOrEqual(resumedAt);
    expect(journey.transcript()).toContain('paused the schedules of prod until');
  });

  it('are made up for once after the bot was down', async () => {
    journey = await startJourney({
      ...FAST,
      env: { ...ROUTINE, BACKUP_SCHEDULE: '0 */6 * * *' },
      speed: 6_000,
    });
    await journey.until('a backup is complete', () => complete().length >= 1);
    await journey.stopBot();
    const before = await slots();
    const downAt = journey.clock.now();
    const last = before.at(-1) ?? 0;
    // Three slots pass, and a little of the time to the next one.
    await journey.until(
      'three slots have passed',
      () => journey.clock.now() > last + 3 * 6 * 3_600_000 + 60_000,
    );
    expect(journey.clock.now()).toBeGreaterThan(downAt);
    await journey.startBot();
    await journey.until('the missed one is made', () => complete().length >= 2);
    const after = await slots();
    expect(new Set(after).size).toBe(after.length);
    expect(after.length - before.length).toBeLessThanOrEqual(2);
    expect(journey.transcript()).toContain('The bot was not running at');
  });
});
