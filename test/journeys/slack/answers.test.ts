import { SAY_WAITING_AFTER_MS } from '../../../src/slack/listen.ts';
import { SOON } from '../ec2/ec2.ts';
import { type Journey, startJourney } from '../journey.ts';
import { callsOf, directTo } from './slack.ts';

let journey: Journey;
afterEach(() => journey.close());

/** How long a wait of `ms` takes in this process now: on a busy machine everything is late by as much. */
function lateness(ms: number): Promise<number> {
  const started = performance.now();
  return new Promise((resolve) => setTimeout(() => resolve(performance.now() - started - ms), ms));
}

describe('an answer within three seconds', () => {
  it('says that it waits while EC2 is silent, and then what came of it', async () => {
    journey = await startJourney({
      gateways: { awsTimeoutMs: 2_300, sayWaitingAfterMs: SAY_WAITING_AFTER_MS },
    });
    const { slack, ana, ec2 } = journey;
    ec2.faults.push({ action: '*', kind: 'silence', applied: false, times: 100 });
    const late = lateness(SAY_WAITING_AFTER_MS);
    const asked = performance.now();
    await journey.say(ana, 'status');
    const afterMs = performance.now() - asked;
    expect(slack.ephemerals(ana.id).map((m) => m.text)).toEqual([
      'One moment, I am waiting for EC2 or Slack …',
    ]);
    expect(afterMs - (await late)).toBeLessThan(3_000);
    await journey.until('the answer came', () => slack.ephemerals(ana.id).length === 2);
    await journey.expectTranscript('slack/ec2-silent');
  });

  it('says so for a group that Slack is slow to confirm as well', async () => {
    journey = await startJourney({
      gateways: { slackTimeoutMs: 2_500, sayWaitingAfterMs: SAY_WAITING_AFTER_MS },
    });
    const { slack, ana } = journey;
    slack.faults.push({ method: 'usergroups.users.list', kind: 'silence', applied: false });
    await journey.say(ana, 'now');
    await journey.until('the answer came', () => slack.ephemerals(ana.id).length === 2);
    await journey.expectTranscript('slack/group-silent');
    expect(journey.ec2.count('CreateImage')).toBe(0);
  });

  it('is acknowledged at once, whatever happens afterwards', async () => {
    journey = await startJourney();
    const { slack, ana, channel } = journey;
    const receipt = await slack.command(ana.id, channel.id, 'help');
    expect(receipt.ackMs).toBeDefined();
    expect(receipt.body).toBeUndefined();
    await journey.until('help was shown', () => slack.ephemerals(ana.id).length === 1);
  });
});

describe('an answer that its response_url does not take', () => {
  it.each([
    ['it has expired', { kind: 'error', error: 'expired_url' }],
    ['it was used too often', { kind: 'error', error: 'used_url' }],
    ['Slack fails', { kind: 'http', status: 500 }],
    ['the connection is cut', { kind: 'cut', applied: false }],
  ] as const)('comes as an ephemeral message: %s', async (_why, fault) => {
    journey = await startJourney({ ec2: SOON });
    const { slack, ana } = journey;
    slack.faults.push({ method: 'response_url', ...fault });
    await journey.say(ana, 'status');
    expect(slack.ephemerals(ana.id)).toHaveLength(1);
    expect(callsOf(journey, 'chat.postEphemeral').map((call) => call.result)).toEqual(['ok']);
    expect(directTo(journey, ana)).toEqual([]);
  });

  it('comes as a direct message where the bot is not in the channel', async () => {
    journey = await startJourney();
    const { slack, ana } = journey;
    slack.faults.push({ method: 'response_url', kind: 'error', error: 'expired_url' });
    await slack.command(ana.id, 'C0GENERAL00', 'status');
    await journey.until('Ana was answered directly', () => directTo(journey, ana).length === 1);
    expect(callsOf(journey, 'chat.postEphemeral').map((call) => call.result)).toEqual(['not_in_channel']);
    await journey.expectTranscript('slack/answered-directly');
  });
});
