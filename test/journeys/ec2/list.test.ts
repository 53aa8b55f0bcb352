import type { ImageRecord } from '../../../sandbox/ec2/state.ts';
import { TAG } from '../../../src/core/catalogue/tags.ts';
import { type Journey, startJourney } from '../journey.ts';

let journey: Journey;
afterEach(() => journey.close());

const HOUR = 3_600_000;

describe('list', () => {
  it('says that there is no backup, and how to make one', async () => {
    journey = await startJourney();
    await journey.say(journey.cleo, 'list');
    await journey.expectTranscript('ec2/list-none');
  });

  it('shows each outcome for what it is, and nothing of other targets', async () => {
    journey = await startJourney();
    backup(1, {});
    backup(2, { [TAG.outcome]: 'partial' });
    backup(3, { [TAG.outcome]: 'failed', [TAG.addedBytes]: undefined });
    backup(4, { [TAG.target]: 'staging' });
    await journey.say(journey.cleo, 'list');
    await journey.expectTranscript('ec2/list-three');
  });

  it('shows 300 backups in pages', async () => {
    journey = await startJourney({ ec2: { pageSize: 70 } });
    for (let n = 1; n <= 300; n += 1) backup(n, {});
    await journey.say(journey.cleo, 'list');
    await journey.say(journey.cleo, 'list --page 30');
    await journey.say(journey.cleo, 'list --page 31');
    await journey.say(journey.cleo, 'list --page zero');
    await journey.expectTranscript('ec2/list-pages');
    const seen = journey.slack.ephemerals(journey.cleo.id).map((m) => JSON.stringify(m.blocks));
    expect(seen[0]).toContain(idOf(1));
    expect(seen[0]).not.toContain(idOf(11));
    expect(seen[1]).toContain(idOf(300));
  });

  it('takes hand-made images for what their tags say, and no more', async () => {
    journey = await startJourney();
    backup(1, { [TAG.outcome]: undefined });
    backup(2, { [TAG.outcome]: 'completed' });
    backup(3, { [TAG.target]: undefined });
    backup(4, { [TAG.run]: undefined });
    backup(5, { [TAG.sourceInstance]: undefined });
    backup(6, {
      [TAG.createdAt]: 'yesterday',
      [TAG.mode]: 'magic',
      [TAG.totalBytes]: '-1',
      [TAG.addedBytes]: 'lots',
    });
    backup(7, { [TAG.note]: '*<!channel>* `x` <https://evil.example|click>' });
    backup(8, {}, 'disabled');
    backup(9, { [TAG.run]: '`<!here>`' });
    await journey.say(journey.cleo, 'list');
    await journey.expectTranscript('ec2/list-by-hand');
    const shown = JSON.stringify(journey.slack.ephemerals(journey.cleo.id));
    expect(shown).toContain('<!channel>');
    // Live markup exists in mrkdwn only.
    expect(shown).not.toMatch(/"mrkdwn","text":"[^"]*(<!(channel|here)>|<https:)/);
  });
});

describe('status and history', () => {
  it('tell of the last good backup, of what runs, and of who did what', async () => {
    journey = await startJourney();
    backup(30, {});
    backup(26, { [TAG.outcome]: 'failed' });
    await journey.say(journey.cleo, 'status');
    journey.ec2.nextImage = { neverCompletes: true };
    await journey.say(journey.ana, 'now before the upgrade');
    await journey.until('the copy was under way', () =>
      /, [1-9]\d* %/.test(journey.runMessages()[0]?.text ?? ''),
    );
    await journey.say(journey.ben, 'now');
    await journey.say(journey.cleo, 'status');
    await journey.say(journey.cleo, 'now');
    await journey.say(journey.ben, `cancel ${journey.runId()}`);
    await journey.ended();
    await journey.say(journey.ben, 'history');
    await journey.expectTranscript('ec2/status-history');
  });

  it('say it when EC2 does not answer', async () => {
    journey = await startJourney();
    journey.ec2.denied.add('ec2:DescribeImages');
    await journey.say(journey.cleo, 'status');
    await journey.say(journey.cleo, 'list');
    await journey.expectTranscript('ec2/status-denied');
  });
});

/** Run ids that sort: the nth is n hours old. */
function idOf(n: number): string {
  const letters = 'abcdefghjk';
  const digits = String(n).padStart(4, '0');
  return `bk-20260101-0000-${[...digits].map((d) => letters[Number(d)]).join('')}`;
}

/** Puts a backup into EC2 as the bot makes them, n hours old; `undefined` leaves a tag out. */
function backup(n: number, change: Record<string, string | undefined>, state = 'available'): void {
  const id = `ami-${String(n).padStart(17, '0')}`;
  const createdAt = journey.clock.now() - n * HOUR;
  const tags: Record<string, string | undefined> = {
    [TAG.run]: idOf(n),
    [TAG.target]: 'prod',
    [TAG.mode]: 'live',
    [TAG.createdAt]: new Date(createdAt).toISOString(),
    [TAG.sourceInstance]: 'i-0c94f2a8000000001',
    [TAG.outcome]: 'complete',
    [TAG.addedBytes]: String(n * 2 ** 20),
    [TAG.totalBytes]: String(150 * 2 ** 30),
    ...change,
  };
  const image: ImageRecord = {
    imageId: id,
    name: `circleci-backup/${tags[TAG.target]}/${tags[TAG.run]}`,
    description: '',
    state,
    sourceInstanceId: 'i-0c94f2a8000000001',
    createdAt,
    rootDevice: '/dev/sda1',
    mappings: [],
    tags: Object.fromEntries(Object.entries(tags).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]]))),
    noReboot: true,
    protection: 'disabled',
  };
  journey.ec2.images.set(id, image);
}
