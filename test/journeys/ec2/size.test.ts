import { BLOCK_BYTES } from '../../../sandbox/ec2/wire/blocks.ts';
import { TAG } from '../../../src/core/catalogue/tags.ts';
import { type Journey, startJourney } from '../journey.ts';
import { expectComplete, outcomeOf, SOON } from './ec2.ts';

let journey: Journey;
afterEach(() => journey.close());

describe('the size a backup added', () => {
  it('is what changed since the one before, to the byte', async () => {
    journey = await startJourney({ ec2: SOON });
    await journey.say(journey.ana, 'now');
    await journey.ended(1);
    for (const volume of journey.ec2.volumes.values()) volume.changeBlocks(12_345);
    await journey.say(journey.ben, 'now after a busy day');
    await journey.ended(2);
    await journey.expectTranscript('ec2/two-backups');

    const [first, second] = journey.ec2.snapshots.values();
    if (first === undefined || second === undefined) throw new Error('there are no two snapshots');
    const changed = second.blocks.between(first.epoch, second.epoch).length;
    expect(changed).toBeGreaterThan(12_000);
    const [before, after, ...others] = journey.ec2.images.values();
    expect(others).toEqual([]);
    expect(before?.tags[TAG.addedBytes]).toBe(String(48 * 2 ** 30));
    expect(after?.tags[TAG.addedBytes]).toBe(String(changed * BLOCK_BYTES));
  });

  it('is unknown without the permission to list blocks, and the backup is complete all the same', async () => {
    journey = await startJourney({ ec2: SOON });
    journey.ec2.denied.add('ebs:ListSnapshotBlocks');
    await journey.say(journey.ana, 'now');
    await journey.ended();
    await journey.expectTranscript('ec2/size-unknown');
    expectComplete(journey);
  });

  it('is unknown without the permission to compare with the one before', async () => {
    journey = await startJourney({ ec2: SOON });
    journey.ec2.denied.add('ebs:ListChangedBlocks');
    await journey.say(journey.ana, 'now');
    await journey.ended(1);
    await journey.say(journey.ana, 'now');
    await journey.ended(2);
    await journey.expectTranscript('ec2/change-unknown');
    const images = [...journey.ec2.images.values()];
    expect(images.map(outcomeOf)).toEqual(['complete', 'complete']);
    expect(images.map((image) => image.tags[TAG.addedBytes])).toEqual([String(48 * 2 ** 30), undefined]);
  });
});
