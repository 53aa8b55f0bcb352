import { renderView } from '../../../sandbox/slack/render/render-view.ts';
import { NOW_FORM, NOW_NOTE, NOW_TARGET } from '../../../src/slack/backup/now.ts';
import { type Journey, startJourney } from '../journey.ts';
import { done, onlyImage, outcomeOf, SOON } from './ec2.ts';

let journey: Journey;
afterEach(() => journey.close());

const FLEET = ['prod', 'staging', 'sandbox-eu'];

describe('one changing run a target', () => {
  it('refuses a second one with who, since when, how far, where to look and what to type', async () => {
    journey = await startJourney();
    journey.ec2.nextImage = { neverCompletes: true };
    await journey.say(journey.ana, 'now');
    await journey.until('the copy was under way', () =>
      /, [1-9]\d* %/.test(journey.runMessages()[0]?.text ?? ''),
    );
    await journey.say(journey.ben, 'now as well');
    journey.ec2.completeImage(onlyImage(journey).imageId);
    await journey.ended();
    await journey.expectTranscript('ec2/busy');
    expect(done(journey, 'CreateImage')).toBe(1);
  });
});

describe('a fleet', () => {
  it('backs up all its targets at once, each with its own message', async () => {
    journey = await startJourney({ fleet: FLEET, ec2: SOON });
    for (const name of FLEET) await journey.say(journey.ana, `now ${name} the ${name} one`);
    await journey.ended(3);
    const images = [...journey.ec2.images.values()];
    expect(images.map((image) => image.tags['circleci-backup:target']).sort()).toEqual([...FLEET].sort());
    expect(images.map(outcomeOf)).toEqual(['complete', 'complete', 'complete']);
    expect(new Set(images.map((image) => image.sourceInstanceId)).size).toBe(3);
    for (const image of images) {
      expect(image.tags['circleci-backup:note']).toBe(`the ${image.tags['circleci-backup:target']} one`);
    }
    expect(
      journey
        .runMessages()
        .map((m) => m.text.split(' (')[0])
        .sort(),
    ).toEqual([
      'Backup of prod is complete',
      'Backup of sandbox-eu is complete',
      'Backup of staging is complete',
    ]);
  });

  it('asks in a form which one, and backs up that one', async () => {
    journey = await startJourney({ fleet: FLEET, ec2: SOON });
    await journey.say(journey.ana, 'now');
    const [form] = journey.slack.views(journey.ana.id);
    if (form === undefined) throw new Error('no form was opened');
    expect(form.view.callback_id).toBe(NOW_FORM);
    expect(renderView(form, journey.slack.workspace).split('\n')).toEqual([
      '╭ Back up now',
      '│ CircleCI installation: [ Choose ▾ ]',
      '│ Note (optional): [ ]',
      '│   Kept with the backup, for example: before the upgrade',
      '╰ [ Close ] [ Back up ]',
    ]);
    await journey.slack.submit(journey.ana.id, form, {
      [NOW_TARGET]: { [NOW_TARGET]: { selected_option: { value: 'staging' } } },
      [NOW_NOTE]: { [NOW_NOTE]: { value: 'before the upgrade' } },
    });
    await journey.ended();
    await journey.expectTranscript('ec2/fleet-form');
    const image = onlyImage(journey);
    expect(image.tags['circleci-backup:target']).toBe('staging');
    expect(outcomeOf(image)).toBe('complete');
    expect(journey.slack.views(journey.ana.id)).toEqual([]);
  });

  it('guesses which target a misspelled name means, and does nothing', async () => {
    journey = await startJourney({ fleet: FLEET });
    await journey.say(journey.ana, 'now stagging');
    await journey.say(journey.ana, 'now everything');
    await journey.say(journey.ana, 'list');
    await journey.say(journey.cleo, 'now staging');
    await journey.expectTranscript('ec2/fleet-names');
    expect(journey.ec2.images.size).toBe(0);
  });
});
