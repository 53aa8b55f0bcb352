import { auditOf } from './audit.ts';
import { type Journey, startJourney } from './journey.ts';

let journey: Journey;
afterEach(() => journey.close());

/** Slots at every full and half hour; half an hour of the clock is less than two seconds. */
const ROUTINE = { BACKUP_SCHEDULE: '*/30 * * * *', KEEP_LAST: '2' };
const FAST = { speed: 1_000, ec2: { snapshotSeconds: { min: 60, max: 120 } } };
const CLOSE_ENOUGH = 10_000;

const images = () => [...journey.ec2.images.values()];
const complete = () => images().filter((i) => i.tags['circleci-backup:outcome'] === 'complete');

/** Slots of which a backup was asked for, as the audit tells, oldest first. */
async function slots(): Promise<number[]> {
  const rows = await auditOf(journey.dataFolder);
  return rows
    .filter((row) => row.kind === 'request' && row.detail.slot !== undefined)
    .map((row) => Number(row.detail.slot));
}

describe('routine backups', () => {
  it('are made at their slots, each once, in one quiet message', async () => {
    journey = await startJourney({ ...FAST, env: ROUTINE });
    await journey.until('two backups are complete', () => complete().length >= 2);
    await journey.stopBot();
    const made = await slots();
    expect(made.length).toBeGreaterThanOrEqual(2);
    expect(new Set(made).size).toBe(made.length);
    for (const slot of made) expect(slot % (30 * 60_000)).toBe(0);
    expect(images().every((i) => i.tags['circleci-backup:schedule'] === 'routine')).toBe(true);
    const [first] = journey.runMessages();
    expect(JSON.stringify(first?.blocks)).toContain('asked for by the schedule');
    // Nobody is called for a routine success.
    expect(journey.slack.messages(journey.channel.id).filter((m) => m.text.includes('<@'))).toEqual([]);
  });

  it('say nothing when they succeed and NOTIFY is failures, and are loud when they fail', async () => {
    journey = await startJourney({ ...FAST, env: { ...ROUTINE, NOTIFY: 'failures' } });
    await journey.until('a backup is complete', () => complete().length >= 1);
    await journey.clock.sleep(CLOSE_ENOUGH);
    expect(journey.slack.messages(journey.channel.id)).toEqual([]);
    journey.ec2.nextImage = { fail: 'Client.InternalError', failAfter: 30_000 };
    await journey.ended();
    journey.expectTranscript('routine-failure');
  });

  it('pause and go on: neither the pause nor its end starts one', async () => {
    journey = await startJourney({ ...FAST, env: ROUTINE });
    await journey.say(journey.cleo, 'schedule pause for 2h');
    await journey.say(journey.ana, 'schedule pause for 3h');
    const pausedAt = journey.clock.now();
    await journey.until('two slots have passed', () => journey.clock.now() - pausedAt > 65 * 60_000);
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

  it('raise an alarm when they fail for too long, and close it when one completes', async () => {
    journey = await startJourney({ ...FAST, env: { ...ROUTINE, BACKUP_MAX_AGE: '1h', NOTIFY: 'failures' } });
    journey.ec2.denied.add('ec2:CreateImage');
    const text = () => journey.transcript();
    await journey.until('the alarm is raised', () => text().includes('it is overdue since'));
    expect(text()).toContain('prod has no complete backup');
    journey.ec2.denied.delete('ec2:CreateImage');
    await journey.until('the alarm is closed', () => text().includes('It is over'));
  });
});
