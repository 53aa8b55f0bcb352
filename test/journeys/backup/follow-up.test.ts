import { TAG } from '../../../src/core/catalogue/tags.ts';
import { olderBackups } from '../../older-backup.ts';
import { SOON } from '../ec2/ec2.ts';
import { type Journey, startJourney } from '../journey.ts';

let journey: Journey;
afterEach(() => journey.close());

const isTold = () => journey.runMessages().some((m) => / is complete /.test(m.text));
const thread = () => journey.slack.messages(journey.channel.id).filter((m) => m.threadTs !== undefined);

describe('a result waits for nothing that is not part of it', () => {
  it('not for retention that EC2 does not let go on, which says what it could not do', async () => {
    journey = await startJourney({ ec2: SOON, env: { KEEP_LAST: '1', DELETE_GRACE: '1h' } });
    const { ec2, clock, ana, ben } = journey;
    const [machine] = ec2.instances.values();
    if (machine === undefined) throw new Error('the sandbox has no machine');
    const old = olderBackups(ec2, machine, clock.now())(2);
    ec2.faults.push({ action: 'DisableImage', times: 10_000, kind: 'error', code: 'InternalError' });
    await journey.say(ana, 'now');
    await journey.until('the result is told', isTold);
    // The lock is free: the next backup need not wait for it either.
    await journey.say(ben, 'now once more');
    expect(journey.slack.ephemerals(ben.id).at(-1)?.text).toContain('is starting');
    await journey.until('the trouble is told', () =>
      thread().some((m) => m.text.includes('retention is not done')),
    );
    const [trouble] = thread().filter((m) => m.text.includes('retention is not done'));
    const [end] = thread().filter((m) => m.text.includes('is complete after'));
    // Retention has ten minutes of EC2's trouble; slower posts make the gap smaller.
    expect(Number(trouble?.ts) - Number(end?.ts)).toBeGreaterThan(60);
    expect(trouble?.text).toContain(`It could not disable ${old.tags[TAG.run]} (${old.imageId}).`);
    expect(trouble?.text).toContain('DisableImage');
    expect(old.state).toBe('available');
    expect(old.tags[TAG.disabledAt]).toBeUndefined();
  });

  it('not for sizes that EBS does not give', async () => {
    journey = await startJourney({ ec2: SOON });
    const { ec2, ana } = journey;
    ec2.faults.push({
      action: 'ListSnapshotBlocks',
      times: 10_000,
      kind: 'error',
      code: 'InternalServerException',
    });
    await journey.say(ana, 'now');
    await journey.until('the result is told', isTold);
    const tries = () => ec2.calls.filter(({ action }) => action === 'ListSnapshotBlocks').length;
    const before = tries();
    await journey.ended();
    expect(tries()).toBeGreaterThan(before);
    expect(JSON.stringify(journey.runMessages()[0]?.blocks)).toContain('size unknown');
  });
});
