import { hasButtons } from '../slack/slack.ts';
import { APPROVE, type HeldJourney, heldJourney } from './approval.ts';

let journey: HeldJourney;
afterEach(() => journey.close());

/** Nobody's click has changed anything: the same request is still there to be decided. */
function expectStillOpen(): void {
  expect(hasButtons(journey.request())).toBe(true);
  expect(journey.isHeld()).toBe(true);
}

describe('who may approve', () => {
  it('is neither who asked, nor whoever is no approver; both are told what they can do', async () => {
    journey = await heldJourney();
    await journey.askForRelease();
    await journey.click(journey.ana, APPROVE);
    await journey.click(journey.cleo, APPROVE);
    expectStillOpen();
    await journey.say(journey.ben, 'history');
    await journey.say(journey.ben, 'status');
    await journey.expectTranscript('approval/not-yours');
  });

  it('is a member of the group only as long as Slack confirms it', async () => {
    journey = await heldJourney();
    const { slack, ben } = journey;
    await journey.askForRelease();
    slack.faults.push({ method: 'usergroups.users.list', kind: 'error', error: 'fatal_error' });
    expect(await journey.click(ben, APPROVE)).toContain('Slack cannot confirm right now');
    slack.faults.push({ method: 'users.info', kind: 'http', status: 503 });
    expect(await journey.click(ben, APPROVE)).toContain('Slack cannot confirm right now');
    expectStillOpen();
    await journey.expectTranscript('approval/group-unknown');
    expect(await journey.click(ben, APPROVE)).toContain('You have approved');
  });

  it('is no guest and no bot, whatever the group says', async () => {
    journey = await heldJourney();
    const { ben } = journey;
    await journey.askForRelease();
    ben.isGuest = true;
    expect(await journey.click(ben, APPROVE)).toContain('Bots, guests and people of other workspaces');
    ben.isGuest = false;
    ben.isBot = true;
    expect(await journey.click(ben, APPROVE)).toContain('Bots, guests and people of other workspaces');
    expectStillOpen();
  });

  it('is as many as are required, and each of them once', async () => {
    journey = await heldJourney({ approvers: ['ana', 'ben', 'cleo'], env: { APPROVALS_REQUIRED: '2' } });
    await journey.askForRelease();
    await journey.click(journey.ben, APPROVE);
    await journey.says('*1 of 2 approvals.*');
    await journey.click(journey.ben, APPROVE);
    expectStillOpen();
    await journey.click(journey.cleo, APPROVE);
    await journey.until('it was released', () => !journey.isHeld());
    await journey.says('its message');
    await journey.until('the run has ended', () =>
      journey.slack.messages(journey.channel.id).some((m) => /is released\.$/.test(m.text)),
    );
    await journey.expectTranscript('approval/two');
  });

  it('is asked about once more before anything is done: who left the group by then does not count', async () => {
    journey = await heldJourney({
      gateways: {
        observe({ step, phase }) {
          // Between the click and the run.
          if (step !== 'handover' || phase !== 'started') return;
          for (const group of journey.slack.workspace.userGroups) group.users = [journey.ana.id];
          journey.ben.isDeleted = true;
        },
      },
    });
    await journey.askForRelease();
    await journey.click(journey.ben, APPROVE);
    await journey.says('No longer counts');
    expect(hasButtons(journey.request())).toBe(false);
    await journey.until('the run has ended', () =>
      journey.slack.messages(journey.channel.id).some((m) => /FAILED\. It needs 1/.test(m.text)),
    );
    expect(journey.isHeld()).toBe(true);
    await journey.expectTranscript('approval/left');
  });
});
