import { directTo, IMPATIENT } from '../slack/slack.ts';
import { APPROVE, type HeldJourney, heldJourney } from './approval.ts';

let journey: HeldJourney;
afterEach(() => journey.close());

const requests = () =>
  journey.slack
    .messages(journey.channel.id)
    .filter((m) => m.threadTs === undefined && JSON.stringify(m.blocks).includes(APPROVE));

const live = () => requests().filter((m) => !m.deleted);

const released = () =>
  journey.until('the run has ended', () =>
    journey.slack
      .messages(journey.channel.id)
      .some((m) => m.threadTs !== undefined && /is released\.$/.test(m.text)),
  );

describe('a request whose post Slack never confirmed', () => {
  it('stands there twice, once without its buttons, and says then what came of it', async () => {
    journey = await heldJourney({ gateways: IMPATIENT });
    const { slack, ana, ben } = journey;
    slack.faults.push({ method: 'chat.postMessage', kind: 'silence', applied: true });
    await journey.say(ana, 'release bk-20261001-0300-h7kd it went well');
    await journey.until('the request has its buttons', () => requests().length === 1);
    const [lost, ...others] = slack.messages(journey.channel.id);
    expect(others.map(({ ts }) => ts)).toEqual(requests().map(({ ts }) => ts));
    expect(lost?.blocks.map(({ type }) => type)).toEqual(['section']);
    expect(JSON.stringify(requests())).toContain('could not be kept up to date');
    await journey.click(ben, APPROVE);
    await released();
    await journey.until('no button is left', () => requests().length === 0);
    await journey.expectTranscript('approval/post-unknown');
    expect(journey.isHeld()).toBe(false);
  });
});

describe('an edit whose answer never comes', () => {
  it.each([true, false])(
    'when it is decided (done: %s): it is made again, and nothing is done twice',
    async (applied) => {
      journey = await heldJourney({ gateways: IMPATIENT });
      const { slack, ben } = journey;
      await journey.askForRelease();
      slack.faults.push({ method: 'chat.update', kind: 'silence', applied });
      await journey.click(ben, APPROVE);
      await released();
      await journey.until('no button is left', () => requests().length === 0);
      await journey.says('its message');
      const lifted = journey.ec2.calls.filter((c) => c.action === 'DisableImageDeregistrationProtection');
      expect(lifted).toHaveLength(1);
    },
  );
});

describe('a channel that does not take the request', () => {
  it('is told to who asked, directly; the request follows once the bot is invited', async () => {
    journey = await heldJourney();
    const { slack, ana, channel } = journey;
    // It was a member when it looked, and is none when it posts.
    const inside = channel.members.splice(0);
    slack.faults.push({ method: 'conversations.info', kind: 'error', error: 'fatal_error' });
    await journey.say(ana, 'release bk-20261001-0300-h7kd it went well');
    await journey.until('Ana was told', () => directTo(journey, ana).length > 0);
    journey.expectShown('approval/not-in-channel');
    channel.members.push(...inside);
    await journey.until('the request follows', () => requests().length === 1);
    await journey.click(journey.ben, APPROVE);
    await released();
  });
});

describe('a request whose message was deleted', () => {
  it('is put up again at half time, buttons and all', async () => {
    journey = await heldJourney({ env: { APPROVAL_EXPIRES: '3h' } });
    const { slack, ben, channel } = journey;
    const deleted = await journey.askForRelease();
    Object.assign(deleted, { deleted: true });
    await journey.until('it was put up again', () => live().length === 1);
    await journey.expectTranscript('approval/deleted');
    await journey.click(ben, APPROVE);
    await released();
    await journey.until('no button is left', () => live().length === 0);
    expect(journey.isHeld()).toBe(false);
    expect(slack.messages(channel.id).filter((m) => m.text.includes('still waits'))).toHaveLength(1);
  });
});
