import { TAG } from '../../../src/core/catalogue/tags.ts';
import { type OlderBackup, olderBackups } from '../../older-backup.ts';
import { type Journey, startJourney } from '../journey.ts';
import { type SkipClock, skipClock } from '../skip-clock.ts';

/** Ids of older backups hold their day, and `--before` is typed with one. */
const NOW = Date.UTC(2026, 10, 23, 12);

let clock: SkipClock;
let journey: Journey;
let older: OlderBackup;
afterEach(() => journey.close());

async function start(env: Record<string, string> = {}): Promise<void> {
  clock = skipClock(300, NOW);
  journey = await startJourney({ env, slack: { clock }, ec2: { clock }, gateways: { clock } });
  const [machine] = journey.ec2.instances.values();
  if (machine === undefined) throw new Error('there is no machine');
  older = olderBackups(journey.ec2, machine, NOW);
}

const runOf = (image: { tags: Record<string, string> }) => image.tags[TAG.run] ?? '';
const changes = () =>
  journey.ec2.calls.flatMap(({ action, dryRun }) =>
    /^(Deregister|Delete|Disable|Enable|Create|Modify)/.test(action) && !dryRun ? [action] : [],
  );

describe('a hold', () => {
  it('is an operator’s; says who and why, once; and nothing that is not ours can be held', async () => {
    await start();
    const id = runOf(older(1));
    const strange = runOf(older(2, { name: 'a copy of it' }));
    await journey.say(journey.cleo, `hold ${id} I like it`);
    await journey.say(journey.ana, `hold ${id} before the *upgrade* to <!channel> 2.19`);
    await journey.say(journey.ben, `hold ${id} too`);
    await journey.say(journey.ben, `hold ${strange}`);
    await journey.say(journey.ben, 'hold bk-20261123-0300-none');
    await journey.say(journey.cleo, 'list --held');
    await journey.say(journey.ben, 'history');
    await journey.expectTranscript('catalogue/hold');
    expect(changes()).toEqual(['EnableImageDeregistrationProtection', 'CreateTags']);
  });

  it('brings back what retention has disabled', async () => {
    await start();
    const at = new Date(NOW).toISOString();
    const image = older(3, { state: 'disabled' }, { [TAG.disabledAt]: at });
    await journey.say(journey.ana, `hold ${runOf(image)} needed after all`);
    expect(image).toMatchObject({ state: 'available', protection: 'enabled-without-cooldown' });
    expect(image.tags[TAG.disabledAt]).toBeUndefined();
    await journey.expectTranscript('catalogue/hold-disabled');
  });

  it('says how far it came when EC2 refuses a part of it', async () => {
    await start();
    const id = runOf(older(1));
    journey.ec2.denied.add('ec2:CreateTags');
    await journey.say(journey.ana, `hold ${id}`);
    await journey.expectTranscript('catalogue/hold-half');
  });
});

describe('list', () => {
  it('shows only what was asked for, and says what that was', async () => {
    await start();
    older(1);
    older(2, {}, { [TAG.outcome]: 'partial' });
    older(20, {}, { [TAG.outcome]: 'partial' });
    older(30, { protection: 'enabled-without-cooldown' }, { [TAG.held]: 'UANA before the move' });
    older(40, { protection: 'enabled-without-cooldown' });
    await journey.say(journey.cleo, 'list --held');
    await journey.say(journey.cleo, 'list --partial');
    await journey.say(journey.cleo, 'list --before 2026-11-05');
    await journey.say(journey.cleo, 'list --partial --before 2026-11-05');
    await journey.say(journey.cleo, 'list --held --partial');
    await journey.say(journey.cleo, 'list --before last week');
    await journey.say(journey.cleo, 'list --hold');
    await journey.expectTranscript('catalogue/filters');
  });

  it('shows backups without a target, which stay', async () => {
    await start({ KEEP_LAST: '1' });
    older(1);
    older(2, {}, { [TAG.target]: 'staging', [TAG.note]: 'the last one of it' });
    older(3, {}, { [TAG.target]: 'staging', [TAG.outcome]: 'failed' });
    await journey.say(journey.cleo, 'list');
    await journey.say(journey.cleo, 'list --no-target');
    await journey.say(journey.cleo, 'list --no-target --partial');
    await journey.say(journey.cleo, 'prune');
    await journey.expectTranscript('catalogue/no-target');
    expect(changes()).toEqual([]);
  });
});

describe('somebody takes tags off backups', () => {
  it('hides none, frees none and fools no alarm; list and status say it', async () => {
    await start({ KEEP_LAST: '5' });
    await journey.say(journey.ana, 'now');
    await journey.ended();
    const [made] = journey.ec2.images.values();
    if (made === undefined) throw new Error('nothing was made');
    await journey.say(journey.ana, `hold ${runOf(made)} the upgrade`);
    // Of a time before the bot's own record, so that only its name says what it is.
    const before = older(2);
    delete before.tags[TAG.target];
    for (const key of [TAG.run, TAG.outcome, TAG.held]) delete made.tags[key];
    made.protection = 'disabled';
    // The bot reads the catalogue anew once what it read is old.
    clock.skipTo(clock.now() + 60_000);
    await journey.say(journey.cleo, 'status');
    await journey.say(journey.cleo, 'list');
    await journey.say(journey.cleo, 'prune');
    await journey.expectTranscript('catalogue/tags-off');
    await journey.say(journey.ana, `hold ${journey.runId(1)} the upgrade`);
    expect(made.tags[TAG.held]).toContain('the upgrade');
  });
});

describe('another installation with the same target name', () => {
  it('lives beside: neither counts nor deletes what is the other’s, and says so', async () => {
    await start({ KEEP_LAST: '2' });
    const other = journey.ec2.addInstance({
      instanceId: 'i-0c94f2a80000000bb',
      tags: { Name: 'circleci-lab' },
    });
    const theirs = olderBackups(journey.ec2, other, NOW, 50);
    const own = [10, 11, 12].map((days) => older(days));
    const foreign = [1, 2, 3, 4].map((days) => theirs(days));
    // Fifteen minutes old, complete, and of a machine that is nobody's.
    const forged = theirs(0.01);
    await journey.say(journey.cleo, 'status');
    await journey.say(journey.cleo, 'list');
    await journey.say(journey.ana, `hold ${runOf(forged)}`);
    await journey.say(journey.cleo, 'prune');
    await journey.say(journey.ana, 'now');
    await journey.ended();
    await journey.until('what went is told', () =>
      journey.slack.messages(journey.channel.id).some(({ text }) => text.startsWith('Retention kept')),
    );
    const left = [...journey.ec2.images.values()].sort((a, b) => b.createdAt - a.createdAt);
    expect(left.slice(1)).toEqual([forged, ...foreign, own[0]]);
    expect(left[0]?.sourceInstanceId).toBe(journey.ec2.images.get(own[0]?.imageId ?? '')?.sourceInstanceId);
    await journey.expectTranscript('catalogue/two-installations');
  });
});

describe('what looks like ours', () => {
  it('is left alone and listed as such, before retention and after it', async () => {
    await start({ KEEP_LAST: '1', KEEP_FAILED: '1d' });
    const inUse = older(20);
    journey.ec2.addInstance({ instanceId: 'i-0c94f2a80000000ff', tags: {} }).imageId = inUse.imageId;
    const left = [
      inUse,
      older(21, { name: 'my copy of prod' }),
      older(22, { sourceInstanceId: 'i-0c94f2a80000000aa' }),
      older(23, {}, { [TAG.target]: undefined }),
      older(24, {}, { [TAG.createdAt]: 'yesterday' }),
      older(25, {}, { 'aws:backup:source-resource': 'i-0c94f2a8000000001' }),
      older(26, {}, { 'aws:dlm:lifecycle-policy-id': 'policy-0123456789abcdef0' }),
      older(27, { isPublic: true }),
    ];
    // Shared with us by another account: EC2 does not even show it among our own.
    const shared = older(28, { ownerId: '999999999999', mappings: [] });
    journey.ec2.snapshots.delete('snap-00000000000000009');
    const plain = older(2);
    await journey.say(journey.cleo, 'prune');
    await journey.say(journey.ana, 'now');
    await journey.ended();
    await journey.say(journey.cleo, 'list');
    await journey.expectTranscript('catalogue/left-alone');
    expect(journey.ec2.images.has(plain.imageId)).toBe(false);
    for (const image of [...left, shared]) {
      expect(journey.ec2.images.get(image.imageId)).toBe(image);
      expect(image.state).toBe('available');
      for (const { snapshotId } of image.mappings) expect(journey.ec2.snapshots.has(snapshotId)).toBe(true);
    }
  });
});
