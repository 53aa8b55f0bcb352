import type { InstanceRecord } from '../../../sandbox/ec2/state.ts';
import type { Ec2Server } from '../../../sandbox/ec2/wire/server.ts';
import type { OpenView } from '../../../sandbox/slack/model.ts';
import { renderView } from '../../../sandbox/slack/render/render-view.ts';
import { TAG } from '../../../src/core/catalogue/tags.ts';
import { olderBackups } from '../../older-backup.ts';
import { catalogueTags, type RestoreJourney, restoreJourney } from './restore.ts';

const HERE = 'eu-west-1';
const THERE = 'us-west-2';

interface TwoRegions extends RestoreJourney {
  /** EC2 of stage's region, and the machine of stage. */
  there: Ec2Server;
  stage: InstanceRecord;
  /** A complete backup of stage in its region. */
  haveBackupOfStage(): string;
  /** The image of prod's backup, as somebody copied it into stage's region with its tags. */
  copy(backupId: string): string;
  form(text: string): Promise<string>;
  told(): string;
}

let journey: TwoRegions;
afterEach(() => journey.close());

/** prod and stage, each with its Services machine in a region of its own; stage's is the first that the bot looks through. */
async function twoRegions(): Promise<TwoRegions> {
  const begun = await restoreJourney({ fleet: [{ name: 'stage', region: THERE }, { name: 'prod' }] });
  const [there] = begun.elsewhere;
  const [stage] = there?.instances.values() ?? [];
  if (there === undefined || stage === undefined) throw new Error('there is no second region');
  const { slack, ana } = begun;
  return {
    ...begun,
    there,
    stage,
    haveBackupOfStage() {
      const backup = olderBackups(there, stage, begun.clock.now(), 100);
      const image = backup(1 / 24, {}, { ...catalogueTags(stage), [TAG.target]: 'stage' });
      for (const { snapshotId } of image.mappings)
        begun.machines.hooks.snapshotStarted(snapshotId, stage.devices[0]?.volumeId ?? '');
      begun.skip(60_000);
      return image.tags[TAG.run] ?? '';
    },
    copy(backupId) {
      const image = [...begun.ec2.images.values()].find(({ tags }) => tags[TAG.run] === backupId);
      if (image === undefined) throw new Error(`there is no image of ${backupId}`);
      const imageId = 'ami-0c0b1edc0b1edc0b1';
      const mappings = image.mappings.map((mapping, i) => {
        const snapshot = begun.ec2.snapshots.get(mapping.snapshotId);
        if (snapshot === undefined) throw new Error('the image has no snapshot');
        const snapshotId = `snap-0c0b1ed000000000${i}`;
        there.snapshots.set(snapshotId, { ...snapshot, snapshotId });
        return { ...mapping, snapshotId };
      });
      there.images.set(imageId, { ...image, imageId, mappings, sourceInstanceId: '' });
      begun.skip(60_000);
      return imageId;
    },
    async form(text) {
      const view: OpenView = await begun.openForm(ana, text);
      return renderView(view, slack.workspace, { width: 4000 });
    },
    told() {
      const last = slack.ephemerals(ana.id).at(-1);
      return last === undefined ? '' : last.text + JSON.stringify(last.blocks);
    },
  };
}

const launches = ({ ec2, there }: TwoRegions) => [ec2.count('RunInstances'), there.count('RunInstances')];

describe('a backup in another region', () => {
  it('is refused for a target that it is not of, with its target, its region and what to type', async () => {
    journey = await twoRegions();
    journey.haveBackup();
    const ofStage = journey.haveBackupOfStage();
    const form = await journey.form(`prod ${ofStage}`);
    expect(form).toContain(
      `${ofStage} is a backup of stage in ${THERE}, not of prod in ${HERE}. ` +
        `To restore stage from it, type /circleci-backup restore ${ofStage}. Otherwise choose a backup of prod.`,
    );
    await journey.send(journey.ana, { backup: ofStage });
    expect(journey.told()).toContain(`not of prod in ${HERE}. Nothing was done.`);
    expect(launches(journey)).toEqual([0, 0]);
    expect(journey.slack.messages(journey.channel.id)).toEqual([]);
    await journey.expectTranscript('restore/region-refused');
  });

  it('opens the form for its target, which is restored in its own region and nowhere else', async () => {
    journey = await twoRegions();
    journey.haveBackup();
    const ofStage = journey.haveBackupOfStage();
    const before = journey.oldAsItIs();
    const form = await journey.form(ofStage);
    expect(form).toContain('stage');
    expect(form).toContain(ofStage);
    await journey.send(journey.ana);
    await journey.approve(journey.ben);
    await journey.says('Cut over');
    expect(launches(journey)).toEqual([0, 1]);
    expect(journey.launched()).toEqual([]);
    const launched = [...journey.there.instances.values()].filter((one) => one !== journey.stage);
    expect(launched.map(({ zone, state }) => [zone, state])).toEqual([[`${THERE}a`, 'running']]);
    expect(journey.oldAsItIs()).toEqual(before);
    await journey.answer(journey.ben, 'Cut over');
    await journey.restored();
    expect(journey.oldAsItIs()).toEqual(before);
    expect(launches(journey)).toEqual([0, 1]);
    await journey.expectStory('restore/region-stage');
  });

  it('is not taken for the one in the target’s own region where it is a copy of it', async () => {
    journey = await twoRegions();
    const ofProd = journey.haveBackup();
    const copy = journey.copy(ofProd);
    await journey.form(ofProd);
    await journey.send(journey.ana);
    await journey.approve(journey.ben);
    await journey.says('Cut over');
    expect(launches(journey)).toEqual([1, 0]);
    expect(JSON.stringify(journey.ec2.calls)).not.toContain(copy);
    expect(journey.launched()).toHaveLength(1);
  });

  it('is all that there is, as a copy: it is said to be one, and nothing is launched from it', async () => {
    journey = await twoRegions();
    journey.haveBackup();
    const ofProd = journey.haveBackup();
    journey.copy(ofProd);
    for (const [id, { tags }] of journey.ec2.images)
      if (tags[TAG.run] === ofProd) journey.ec2.images.delete(id);
    journey.skip(60_000);
    const form = await journey.form(ofProd);
    expect(form).toContain(
      `${ofProd} of prod is not in ${HERE} (any more). In ${THERE} is a copy of its image`,
    );
    await journey.send(journey.ana, { backup: ofProd });
    expect(journey.told()).toContain(`restore ${ofProd} --by-hand`);
    expect(launches(journey)).toEqual([0, 0]);
    await journey.expectTranscript('restore/region-copy');
  });
});
