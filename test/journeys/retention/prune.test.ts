import type { Member } from '../../../sandbox/slack/model.ts';
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

const request = () =>
  journey.slack.messages(journey.channel.id).find((m) => m.text.includes('Delete 2 backups') && isWhole(m));

const linked = () =>
  journey.until('the request has its end', () =>
    /its message|No longer counts/.test(JSON.stringify(request()?.blocks)),
  );

async function press(person: Member, action: string): Promise<void> {
  const message = request();
  if (message === undefined) throw new Error('there is no request');
  const before = journey.slack.ephemerals(person.id).length;
  await journey.slack.act(person.id, { message }, action);
  await journey.until('the click was answered', () => journey.slack.ephemerals(person.id).length > before);
}

describe('retention by hand', () => {
  it('is asked for by a click of an operator, and done once somebody else has approved the list', async () => {
    await withBackups({});
    const { slack, ana, ben, cleo } = journey;
    for (const person of [cleo, ana]) {
      await journey.say(person, 'prune');
      const before = slack.ephemerals(person.id).length;
      const [ephemeral] = slack.ephemerals(person.id);
      if (ephemeral === undefined) throw new Error('there is no plan');
      await slack.act(person.id, { ephemeral }, PRUNE);
      await journey.until('the click was answered', () => slack.ephemerals(person.id).length > before);
    }
    await journey.until('the request was shown', () => request() !== undefined);
    // Whoever asked for it cannot approve it.
    await press(ana, APPROVE);
    expect(journey.ec2.images.size).toBe(4);
    await press(ben, APPROVE);
    await ended();
    await linked();
    expect([...journey.ec2.images.keys()]).toHaveLength(2);
    await journey.expectTranscript('prune/shown');
  });

  it('does nothing at all where something of the list is held by then', async () => {
    await withBackups({});
    const { slack, ana, ben, ec2 } = journey;
    await journey.say(ana, 'prune');
    const [ephemeral] = slack.ephemerals(ana.id);
    if (ephemeral === undefined) throw new Error('there is no plan');
    await slack.act(ana.id, { ephemeral }, PRUNE);
    await journey.until('the request was shown', () => request() !== undefined);
    const oldest = [...ec2.images.values()].at(-1);
    await journey.say(ben, `hold ${oldest?.tags['circleci-backup:run']} a lawsuit`);
    await press(ben, APPROVE);
    await ended();
    await linked();
    expect(ec2.images.size).toBe(4);
    await journey.expectTranscript('prune/held-meanwhile');
  });

  it('that would not wait for a grace needs an approval', async () => {
    await withBackups({ DELETE_GRACE: '3d' });
    const { slack, ana, ben } = journey;
    await journey.say(ana, 'prune --now');
    await journey.until('the request was shown', () => request() !== undefined);
    const message = request();
    if (message === undefined) throw new Error('there is no request');
    expect(journey.ec2.images.size).toBe(4);
    await slack.act(ben.id, { message }, APPROVE);
    await ended();
    await linked();
    expect(journey.ec2.images.size).toBe(2);
    await journey.expectTranscript('prune/now');
  });
});
