import { SOON } from '../ec2/ec2.ts';
import { hasLastWord, type Journey, startJourney } from '../journey.ts';
import { callsOf, directTo, expectToldOnce, IMPATIENT, notesOf, runShown, slackDown } from './slack.ts';

let journey: Journey;
afterEach(() => journey.close());

/** The requester has the whole result directly, once. */
async function toldDirectly(): Promise<void> {
  await journey.until('Ana has the result directly', () => directTo(journey, journey.ana).some(hasLastWord));
  expect(directTo(journey, journey.ana).map((m) => m.blocks[0]?.type)).toEqual(['header']);
}

describe('a channel that does not take the message', () => {
  it('has not invited the bot: the result comes directly, and follows in the channel after the invitation', async () => {
    journey = await startJourney({ ec2: SOON });
    const { slack, channel } = journey;
    const bot = slack.workspace.bot.id;
    channel.members = channel.members.filter((member) => member !== bot);
    await journey.say(journey.ana, 'now');
    await toldDirectly();
    expect(slack.messages(channel.id)).toEqual([]);
    journey.expectShown('slack/not-in-channel');
    channel.members.push(bot);
    await journey.ended();
    await journey.expectTranscript('slack/invited-later');
    expectToldOnce(journey);
    await toldDirectly();
  });

  it.each(['channel_not_found', 'is_archived', 'restricted_action'])(
    'is asked again after %s',
    async (error) => {
      journey = await startJourney({ ec2: SOON });
      journey.slack.faults.push({ method: 'chat.postMessage', kind: 'error', error });
      await journey.say(journey.ana, 'now');
      await journey.ended();
      expectToldOnce(journey);
      expect(callsOf(journey, 'chat.postMessage').map((call) => call.result)).toEqual([error, 'ok', 'ok']);
    },
  );

  it('was archived in mid-run: the result comes directly, and follows when it is back', async () => {
    journey = await startJourney({ ec2: SOON });
    const { slack, channel } = journey;
    // At the moment it has the first post: no edit comes before.
    const stop = slack.onChange(() => {
      channel.isArchived = slack.messages(channel.id).length > 0;
    });
    await journey.say(journey.ana, 'now');
    await toldDirectly();
    stop();
    await journey.until('the note was refused', () =>
      callsOf(journey, 'chat.postMessage').some((call) => call.result === 'is_archived'),
    );
    journey.expectShown('slack/archived');
    channel.isArchived = false;
    await journey.ended();
    expectToldOnce(journey);
    await toldDirectly();
  });

  it('deleted the message in mid-run: another one takes its place, with the result', async () => {
    journey = await startJourney({ ec2: SOON });
    const { slack, channel, env } = journey;
    await journey.say(journey.ana, 'now');
    await runShown(journey);
    const [message] = journey.runMessages();
    const deletion = await fetch(`${slack.apiUrl}chat.delete`, {
      method: 'POST',
      headers: { authorization: `Bearer ${env.SLACK_BOT_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ channel: channel.id, ts: message?.ts }),
    });
    expect(await deletion.json()).toMatchObject({ ok: true });
    await journey.ended();
    await journey.expectTranscript('slack/deleted');
    expectToldOnce(journey);
    expect(notesOf(journey)).toHaveLength(1);
  });
});

describe('a workspace that takes less', () => {
  it('has not the newest blocks: steps become lines', async () => {
    journey = await startJourney({ ec2: SOON, slack: { newestBlocks: false } });
    await journey.say(journey.ana, 'now before the upgrade');
    await journey.ended();
    await journey.expectTranscript('slack/plain-blocks');
    expectToldOnce(journey);
    // What a workspace lacks is learned once.
    expect(callsOf(journey, 'chat.update').filter((c) => c.result === 'invalid_blocks')).toHaveLength(1);
  });

  it('takes no blocks at all: the text says it', async () => {
    journey = await startJourney({ ec2: SOON });
    const refusal = { kind: 'error', error: 'invalid_blocks' } as const;
    journey.slack.faults.push({ method: 'chat.postMessage', ...refusal, times: 2 });
    // What it learned of the first refusal is not tried again.
    journey.slack.faults.push({ method: 'chat.update', ...refusal, times: 1 });
    await journey.say(journey.ana, 'now before the upgrade');
    await runShown(journey);
    const [message] = journey.runMessages();
    const [first, shown] = message === undefined ? [] : [...message.edits, message];
    expect([first?.blocks, shown?.blocks]).toEqual([[], []]);
    expect(shown?.text).toContain(`To stop it: /circleci-backup cancel ${journey.runId()}`);
    await journey.ended();
    expectToldOnce(journey);
  });

  it('finds an edit too long: it is said more briefly', async () => {
    journey = await startJourney({ ec2: SOON });
    await journey.say(journey.ana, 'now');
    await runShown(journey);
    journey.slack.faults.push(
      { method: 'chat.update', kind: 'error', error: 'msg_blocks_too_long' },
      { method: 'chat.update', kind: 'error', error: 'msg_too_long' },
    );
    await journey.ended();
    expectToldOnce(journey);
  });
});

describe('Slack that is down while a backup ends', () => {
  it('has the result ten minutes later', async () => {
    journey = await startJourney({ ec2: SOON, gateways: IMPATIENT });
    const { clock } = journey;
    await journey.say(journey.ana, 'now');
    await runShown(journey);
    const isBack = slackDown(journey);
    const downAt = clock.now();
    const images = () => [...journey.ec2.images.values()].map((image) => image.state);
    await journey.until(
      'ten minutes have passed, and the image is there',
      () => clock.now() - downAt > 10 * 60_000 && images().includes('available'),
    );
    expect(images()).toEqual(['available']);
    expect(journey.runMessages().some(hasLastWord)).toBe(false);
    isBack();
    await journey.ended();
    await journey.expectTranscript('slack/down');
    expectToldOnce(journey);
    expect(notesOf(journey)).toHaveLength(1);
  });

  it('and whose answers were lost as well, has it in one message', async () => {
    journey = await startJourney({ ec2: SOON, gateways: IMPATIENT });
    const { clock, slack } = journey;
    slack.faults.push({ method: 'chat.postMessage', kind: 'cut', applied: false, times: 1_000 });
    slack.faults.push({ method: 'auth.test', kind: 'cut', applied: false, times: 1_000 });
    const downAt = clock.now();
    await journey.say(journey.ana, 'now');
    await journey.until('ten minutes have passed', () => clock.now() - downAt > 10 * 60_000);
    slack.faults.splice(0);
    await journey.ended();
    expect(journey.runMessages()).toHaveLength(1);
    expectToldOnce(journey);
    expect(callsOf(journey, 'chat.postMessage').map((call) => call.result)).toEqual(['cut', 'ok', 'ok']);
  });
});
