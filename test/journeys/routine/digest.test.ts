import type { WorldOptions } from '../../../sandbox/world.ts';
import { type Journey, startJourney } from '../journey.ts';
import { type SkipClock, skipClock } from '../skip-clock.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Monday at nine in Berlin. */
const MONDAY = Date.UTC(2026, 9, 5, 7);
const NIGHTLY = { BACKUP_SCHEDULE: '15 3 * * *', BACKUP_TIMEZONE: 'Europe/Berlin', KEEP_LAST: '1' };

let clock: SkipClock;
let journey: Journey;
afterEach(() => journey.close());

async function startAt(ms: number, options: WorldOptions = {}): Promise<void> {
  clock = skipClock(600, ms);
  journey = await startJourney({
    ...options,
    slack: { clock },
    ec2: { clock, snapshotSeconds: { min: 60, max: 120 }, ...options.ec2 },
    gateways: { clock },
  });
}

const messages = () => journey.slack.messages(journey.channel.id);
const digests = () => messages().filter((m) => m.text.startsWith('The week of'));

/** Until everything has been said: a restart now finds nothing under way. */
const digestsAre = (count: number) =>
  journey.until(`${count} digest(s) stand in the channel`, () => digests().length === count);

describe('the week', () => {
  it('is told on Monday at nine, and once, however often the bot is started', async () => {
    await startAt(MONDAY - 5 * 60 * MINUTE, { env: { ...NIGHTLY, BACKUP_MAX_AGE: '26h' } });
    for (let run = 1; run <= 2; run += 1) {
      await journey.say(journey.ana, 'now');
      await journey.ended(run);
    }
    // A failure that leaves nothing in EC2: only the bot itself knows of it.
    journey.ec2.denied.add('ec2:CreateImage');
    await journey.say(journey.ben, 'now');
    await journey.ended(3);
    expect(clock.now()).toBeLessThan(MONDAY);
    expect(digests()).toEqual([]);
    clock.skipTo(MONDAY - MINUTE);
    await digestsAre(1);
    await journey.stopBot();
    await journey.startBot();
    await journey.say(journey.ana, 'status');
    expect(digests()).toHaveLength(1);
    await journey.expectTranscript('routine/digest');
  });

  it('tells of slots without a backup: in a pause, while the bot was down, and beside a run that went on', async () => {
    const hours = (n: number) => MONDAY - n * 60 * MINUTE;
    await startAt(hours(72), { env: NIGHTLY, ec2: { snapshotSeconds: { min: 4 * 3_600, max: 4 * 3_600 } } });
    await journey.say(journey.ana, 'schedule pause for 30h');
    await journey.stopBot();
    // Saturday's slot was in the pause, Sunday's is missed, and Monday's is too near to make up for it.
    clock.skipTo(hours(17));
    await journey.startBot();
    const stands = (text: string) =>
      journey.until(`“${text}” stands there`, () => messages().some((m) => m.text.includes(text)));
    await stands('The bot was not running at');
    clock.skipTo(hours(7));
    await journey.say(journey.ben, 'now');
    clock.skipTo(hours(5.8));
    await stands('was skipped');
    clock.skipTo(hours(2));
    await journey.ended();
    clock.skipTo(MONDAY - MINUTE);
    await digestsAre(1);
    await journey.expectTranscript('routine/digest-skipped');
  });

  it('is left out when the bot was down for longer than a day after it, and comes back the next Monday', async () => {
    await startAt(MONDAY - 60 * MINUTE, { env: { DIGEST: 'weekly', BACKUP_TIMEZONE: 'Europe/Berlin' } });
    await journey.stopBot();
    clock.skipTo(MONDAY + 25 * 60 * MINUTE);
    await journey.startBot();
    await journey.until('it was left out', () => journey.log.some((line) => line.includes('was left out')));
    expect(digests()).toEqual([]);
    clock.skipTo(MONDAY + 7 * DAY - MINUTE);
    await digestsAre(1);
    expect(journey.transcript()).toContain('no backup was made');
  });

  it('waits an hour for EC2, and is told without it then', async () => {
    await startAt(MONDAY - 60 * MINUTE, { env: NIGHTLY });
    journey.ec2.denied.add('ec2:DescribeImages');
    clock.skipTo(MONDAY - MINUTE);
    await journey.until('EC2 was asked', () => journey.log.some((line) => line.includes('waits for EC2')));
    expect(digests()).toEqual([]);
    clock.skipTo(MONDAY + 56 * MINUTE);
    await digestsAre(1);
    expect(clock.now()).toBeGreaterThanOrEqual(MONDAY + 60 * MINUTE);
    expect(journey.transcript()).toContain('What EC2 holds could not be read.');
  });
});

describe('notify test', () => {
  it('shows what a failure looks like where it would stand, and says where that is', async () => {
    await startAt(MONDAY + DAY, { env: NIGHTLY });
    await journey.say(journey.cleo, 'notify test');
    await journey.say(journey.ana, 'notify test');
    await journey.until('the test stands there', () => messages().length === 1);
    const general = journey.slack.workspace.channels.find((c) => c.name === 'general');
    await journey.stopBot();
    journey.env.BACKUP_CHANNEL = general?.id ?? '';
    journey.env.PING_URL = 'http://127.0.0.1:9/never-asked';
    await journey.startBot();
    await journey.say(journey.ben, 'notify test');
    await journey.expectTranscript('routine/notify');
    expect(journey.slack.messages(general?.id ?? '')).toEqual([]);
  });
});
