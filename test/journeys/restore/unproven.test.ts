import { renderView } from '../../../sandbox/slack/render/render-view.ts';
import { type RestoreJourney, restoreJourney } from './restore.ts';

let journey: RestoreJourney;
afterEach(() => journey.close());

describe('the machine is gone, and the bot’s database with it', () => {
  it('its backup is offered last with the reason, which the approval repeats, and is restored', async () => {
    journey = await restoreJourney();
    const { ec2, old, slack, ana, ben, cleo } = journey;
    const id = journey.haveBackup();
    ec2.terminateInstance(old.instanceId);
    // More than an hour ago: EC2 shows it no more.
    ec2.instances.delete(old.instanceId);
    await journey.say(cleo, 'status');
    await journey.say(cleo, 'prune');
    const form = await journey.openForm(ana);
    const shown = renderView(form, slack.workspace, { width: 4000 });
    expect(shown).toMatch(/No backup is proven to be a complete one of this target\./);
    await journey.send(ana, { backup: id, options: ['nomad', 'cut-over'] });
    await journey.approve(ben);
    await journey.restored();
    await journey.expectTranscript(
      'restore/unproven',
      (text) => text.slice(0, text.indexOf('  What is launched')) + text.slice(text.indexOf('Only Cleo')),
    );
  });
});
