import { auditOf } from './audit.ts';
import { type Journey, startJourney } from './journey.ts';

let journey: Journey;
afterEach(() => journey.close());

/** A slot an hour, which is six seconds: room for a backup also where the machine is busy. */
const ROUTINE = { BACKUP_SCHEDULE: '0 * * * *', KEEP_LAST: '2' };
const FAST = { speed: 600, ec2: { snapshotSeconds: { min: 60, max: 120 } } };
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
    for (const slot of made) expect(slot % (60 * 60_000)).toBe(0);
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
});
