import { olderBackups } from '../../older-backup.ts';
import { APPROVE } from '../approval/approval.ts';
import { type Journey, startJourney } from '../journey.ts';
import { isWhole } from '../slack/slack.ts';

let journey: Journey;
afterEach(() => journey.close());

const PRUNE = 'circleci-backup:prune';

async function withBackups(env: Record<string, string>): Promise<void> {
  journey = await startJourney({ env: { KEEP_LAST: '2', APPROVAL_EXPIRES: '2d', ...env } });
  const [machine] = journey.ec2.instances.values();
  if (machine === undefined) throw new Error('the sandbox has no machine');
  const backup = olderBackups(journey.ec2, machine, journey.clock.now());
  for (const days of [1, 2, 3, 4]) backup(days);
}

const ended = () =>
  journey.until('the run has ended', () =>
    journey.slack
      .messages(journey.channel.id)
      .some((m) => m.threadTs !== undefined && m.text.includes('Retention by hand of prod')),
  );

describe('retention by hand', () => {
  it('deletes what was shown, at a click of an operator and of nobody else', async () => {
    await withBackups({});
    const { slack, ana, cleo } = journey;
    for (const person of [cleo, ana]) {
      await journey.say(person, 'prune');
      const before = slack.ephemerals(person.id).length;
      const [ephemeral] = slack.ephemerals(person.id);
      if (ephemeral === undefined) throw new Error('there is no plan');
      await slack.act(person.id, { ephemeral }, PRUNE);
      await journey.until('the click was answered', () => slack.ephemerals(person.id).length > before);
    }
    await ended();
    expect([...journey.ec2.images.keys()]).toHaveLength(2);
    journey.expectTranscript('prune/shown');
  });

  it('that would not wait for a grace needs an approval', async () => {
    await withBackups({ DELETE_GRACE: '3d' });
    const { slack, ana, ben } = journey;
    await journey.say(ana, 'prune --now');
    const request = () =>
      slack.messages(journey.channel.id).find((m) => m.text.includes('Delete 2 backups') && isWhole(m));
    await journey.until('the request was shown', () => request() !== undefined);
    const message = request();
    if (message === undefined) throw new Error('there is no request');
    expect(journey.ec2.images.size).toBe(4);
    await slack.act(ben.id, { message }, APPROVE);
    await ended();
    await journey.until('the request has its link', () =>
      JSON.stringify(request()?.blocks).includes('its message'),
    );
    expect(journey.ec2.images.size).toBe(2);
    journey.expectTranscript('prune/now');
  });
});
