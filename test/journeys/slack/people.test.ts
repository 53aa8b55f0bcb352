import type { Member } from '../../../sandbox/slack/model.ts';
import { inventedWorkspace } from '../../../sandbox/slack/workspace.ts';
import { SOON } from '../ec2/ec2.ts';
import { type Journey, startJourney } from '../journey.ts';
import { callsOf, expectToldOnce, hasButtons, runShown } from './slack.ts';

let journey: Journey;
afterEach(() => journey.close());

const CANCEL = 'circleci-backup:cancel';

describe('who may', () => {
  it('is a member of the group, and nobody else: neither by command nor by button', async () => {
    journey = await startJourney({ ec2: SOON });
    const { slack, ana, cleo } = journey;
    await journey.say(cleo, 'now');
    expect(journey.ec2.count('CreateImage')).toBe(0);
    await journey.say(ana, 'now');
    await runShown(journey);
    const [message] = journey.runMessages();
    if (message === undefined) throw new Error('no message');
    await slack.act(cleo.id, { message }, CANCEL);
    await journey.until('Cleo was answered', () => slack.ephemerals(cleo.id).length === 2);
    await journey.ended();
    await journey.expectTranscript('slack/not-an-operator');
    expect(callsOf(journey, 'usergroups.users.list')).not.toEqual([]);
  });

  it('cannot be confirmed by Slack: nobody may, until it can', async () => {
    journey = await startJourney({ ec2: SOON });
    const { slack, ana, clock } = journey;
    // The bot's own look at its groups is over, and what it learned is old.
    const looked = () => callsOf(journey, 'usergroups.users.list').length;
    await journey.until('the bot has looked at its groups', () => looked() >= 2);
    const since = clock.now();
    await journey.until('a minute has passed', () => clock.now() - since > 61_000);
    slack.faults.push({ method: 'usergroups.users.list', kind: 'error', error: 'fatal_error' });
    slack.faults.push({ method: 'usergroups.users.list', kind: 'http', status: 503 });
    slack.faults.push({ method: 'usergroups.users.list', kind: 'rate_limited', retryAfterSeconds: 5 });
    for (let tries = 0; tries < 3; tries += 1) await journey.say(ana, 'now');
    await journey.expectTranscript('slack/group-unknown');
    expect(journey.ec2.count('CreateImage')).toBe(0);
    await journey.say(ana, 'now');
    await journey.ended();
  });

  it('is asked about again soon: who left the group may no longer', async () => {
    journey = await startJourney({ ec2: SOON });
    const { slack, ana, clock } = journey;
    await journey.say(ana, 'now');
    await journey.ended();
    for (const group of slack.workspace.userGroups) group.users = [journey.ben.id];
    const left = clock.now();
    await journey.until('a minute has passed', () => clock.now() - left > 60_000);
    await journey.say(ana, 'now');
    expect(slack.ephemerals(ana.id).at(-1)?.text).toContain('for operators');
    expect(journey.ec2.count('CreateImage')).toBe(1);
  });

  it('is of the bot’s own workspace', async () => {
    journey = await startJourney();
    const { slack, ana } = journey;
    const home = slack.workspace.teamId;
    slack.workspace.teamId = 'T0STRANGERS';
    await journey.say(ana, 'now');
    slack.workspace.teamId = home;
    await journey.expectTranscript('slack/other-team');
    expect(journey.ec2.count('CreateImage')).toBe(0);
    expect(slack.messages(journey.channel.id)).toEqual([]);
  });
});

/** Ben's own workspace is another one than the bot's. */
async function abroad(
  facts: Partial<Member>,
  enterpriseId: string | undefined = 'E0ACMEGROUP',
): Promise<Journey> {
  const started = await startJourney({
    ec2: SOON,
    slack: { workspace: { ...inventedWorkspace(), ...(enterpriseId === undefined ? {} : { enterpriseId }) } },
  });
  Object.assign(started.ben, facts);
  return started;
}

const FERRIES = { home: { teamId: 'T0ACMEFERRY', enterpriseId: 'E0ACMEGROUP' } };

describe('an organization with several workspaces', () => {
  it('has members everywhere: their commands, buttons and forms count', async () => {
    journey = await abroad(FERRIES);
    const { slack, ana, ben } = journey;
    await journey.say(ben, 'status');
    expect(slack.ephemerals(ben.id).at(-1)?.text).toContain('prod');
    await journey.say(ana, 'now');
    await runShown(journey);
    const [message] = journey.runMessages();
    if (message === undefined) throw new Error('no message');
    await slack.act(ben.id, { message }, CANCEL);
    await journey.ended();
    await journey.until('Ben was answered', () => slack.ephemerals(ben.id).length === 2);
    expect(slack.ephemerals(ben.id).at(-1)?.text).toContain('stops at its next safe point');
  });

  it.each<[string, Partial<Member>, string | undefined]>([
    ['of another organization', { home: { teamId: 'T0OTHER', enterpriseId: 'E0OTHER' } }, 'E0ACMEGROUP'],
    ['of a workspace alone', { home: { teamId: 'T0OTHER' } }, undefined],
    ['that Slack calls a stranger', { ...FERRIES, isStranger: true }, 'E0ACMEGROUP'],
    ['that is a guest there', { ...FERRIES, isGuest: true }, 'E0ACMEGROUP'],
    ['that is a bot there', { ...FERRIES, isBot: true }, 'E0ACMEGROUP'],
    ['that has left', { ...FERRIES, isDeleted: true }, 'E0ACMEGROUP'],
  ])('has no place for somebody %s', async (_who, facts, enterpriseId) => {
    journey = await abroad(facts, enterpriseId);
    const { slack, ana, ben } = journey;
    await journey.say(ana, 'now');
    await runShown(journey);
    const [message] = journey.runMessages();
    if (message === undefined) throw new Error('no message');
    await slack.act(ben.id, { message }, CANCEL);
    await journey.until('Ben was answered', () => slack.ephemerals(ben.id).length === 1);
    await journey.say(ben, 'status');
    for (const { text } of slack.ephemerals(ben.id))
      expect(text).toBe('I only work for people of the workspace I was installed in.');
    await journey.ended();
    expectToldOnce(journey);
  });

  it('is not guessed at while Slack cannot say whose somebody is', async () => {
    journey = await abroad(FERRIES);
    const { slack, ben } = journey;
    slack.faults.push({ method: 'users.info', kind: 'http', status: 503 });
    await journey.say(ben, 'status');
    expect(slack.ephemerals(ben.id)[0]?.text).toContain('cannot confirm right now that you belong');
    await journey.say(ben, 'status');
    expect(slack.ephemerals(ben.id)[1]?.text).toContain('prod');
  });
});

describe('a button', () => {
  it('that this version does not know is answered', async () => {
    journey = await startJourney({ ec2: SOON });
    const { slack, ana } = journey;
    await journey.say(ana, 'now');
    await journey.ended();
    const [message] = journey.runMessages();
    if (message === undefined) throw new Error('no message');
    const old = {
      type: 'actions' as const,
      block_id: 'old',
      elements: [
        {
          type: 'button' as const,
          action_id: 'circleci-backup:approve',
          text: { type: 'plain_text' as const, text: 'Approve' },
          value: 'rq-1',
        },
      ],
    };
    await slack.act(ana.id, { message: { ...message, blocks: [old] } }, 'circleci-backup:approve');
    await journey.until('Ana was answered', () => slack.ephemerals(ana.id).length === 2);
    expect(slack.ephemerals(ana.id).at(-1)?.text).toBe(
      'This button or form is out of date. Nothing was done.',
    );
  });

  it('of a run that has ended says so', async () => {
    journey = await startJourney({ ec2: SOON });
    const { slack, ana, ben } = journey;
    await journey.say(ana, 'now');
    await runShown(journey);
    const [stale] = journey.runMessages();
    await journey.ended();
    if (stale === undefined) throw new Error('no message');
    expect(hasButtons(stale)).toBe(true);
    await slack.act(ben.id, { message: stale }, CANCEL);
    await journey.until('Ben was answered', () => slack.ephemerals(ben.id).length === 1);
    expect(slack.ephemerals(ben.id)[0]?.text).toContain('is not running (any more). Nothing is running.');
  });
});
