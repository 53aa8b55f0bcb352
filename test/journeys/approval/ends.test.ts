import { directTo, hasButtons } from '../slack/slack.ts';
import { APPROVE, DENY, type HeldJourney, heldJourney, WITHDRAW } from './approval.ts';

let journey: HeldJourney;
afterEach(() => journey.close());

describe('a request', () => {
  it('that another person approves is done, and shows it', async () => {
    journey = await heldJourney();
    await journey.askForRelease();
    await journey.click(journey.ben, APPROVE);
    await journey.says('its message');
    await journey.until('it was released', () =>
      journey.slack.messages(journey.channel.id).some((m) => /is released\.$/.test(m.text)),
    );
    await journey.until('Ana was told', () => directTo(journey, journey.ana).length > 0);
    expect(hasButtons(journey.request())).toBe(false);
    expect(journey.isHeld()).toBe(false);
    await journey.say(journey.cleo, 'history');
    await journey.expectTranscript('approval/approved');
  });

  it('that is denied does nothing, and the reason reaches whoever asked', async () => {
    journey = await heldJourney();
    const { slack, ben, ana } = journey;
    const message = await journey.askForRelease();
    await slack.act(ben.id, { message }, DENY);
    await journey.until('the form was open', () => slack.views(ben.id).length > 0);
    const [view] = slack.views(ben.id);
    if (view === undefined) throw new Error('no form');
    await slack.submit(ben.id, view, {
      reason: { reason: { type: 'plain_text_input', value: 'The customer *still* needs <it>' } },
    });
    await journey.until('Ana was told', () => directTo(journey, ana).length > 0);
    await journey.says('Denied: ');
    expect(hasButtons(journey.request())).toBe(false);
    await journey.until('Ben was answered', () => slack.ephemerals(ben.id).length > 0);
    await journey.expectTranscript('approval/denied');
    expect(journey.isHeld()).toBe(true);
  });

  it('that is withdrawn does nothing; only whoever asked may', async () => {
    journey = await heldJourney();
    await journey.askForRelease();
    await journey.click(journey.ben, WITHDRAW);
    await journey.click(journey.ana, WITHDRAW);
    await journey.says('Withdrawn by');
    expect(hasButtons(journey.request())).toBe(false);
    await journey.expectTranscript('approval/withdrawn');
    expect(journey.isHeld()).toBe(true);
  });

  it('that nobody decides on is brought up at half time, and expires', async () => {
    journey = await heldJourney({ env: { APPROVAL_EXPIRES: '10m' } });
    await journey.askForRelease();
    await journey.until('Ana was told', () => directTo(journey, journey.ana).length > 0);
    await journey.says('It expired');
    expect(hasButtons(journey.request())).toBe(false);
    await journey.expectTranscript('approval/expired');
    expect(journey.isHeld()).toBe(true);
  });
});
