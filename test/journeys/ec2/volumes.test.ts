import { TAG } from '../../../src/core/catalogue/tags.ts';
import { type Journey, startJourney } from '../journey.ts';
import { expectComplete, onlyImage, outcomeOf, SOON } from './ec2.ts';

let journey: Journey;
afterEach(() => journey.close());

const TWO = {
  privateIp: '10.20.1.12',
  volumes: [
    { device: '/dev/sda1', sizeGiB: 8, usedBlocks: 4096 },
    { device: '/dev/sdf', sizeGiB: 4, usedBlocks: 1000 },
  ],
};

describe('a machine with two volumes', () => {
  it('has a complete backup with both', async () => {
    journey = await startJourney({ ec2: SOON, standardInstall: false });
    journey.ec2.addInstance(TWO);
    await journey.say(journey.ana, 'now');
    await journey.ended();
    await journey.expectTranscript('ec2/two-volumes');
    expectComplete(journey);
    expect(onlyImage(journey).tags[TAG.addedBytes]).toBe(String(5096 * 512 * 1024));
  });

  it('has a PARTIAL one where EC2 left a volume out', async () => {
    journey = await startJourney({ ec2: SOON, standardInstall: false });
    journey.ec2.addInstance(TWO);
    journey.ec2.nextImage = { dropVolumes: ['/dev/sdf'] };
    await journey.say(journey.ana, 'now');
    await journey.ended();
    await journey.expectTranscript('ec2/volume-missing');
    expect(outcomeOf(onlyImage(journey))).toBe('partial');
  });
});
