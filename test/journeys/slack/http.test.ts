import { createServer } from 'node:http';
import { signedHeaders } from '../../../sandbox/slack/delivery/http-delivery.ts';
import { SANDBOX_TOKENS } from '../../../sandbox/world.ts';
import { SOON } from '../ec2/ec2.ts';
import { type Journey, startJourney } from '../journey.ts';
import { expectToldOnce, runShown } from './slack.ts';

let journey: Journey;
let address: string;
afterEach(() => journey.close());

const CANCEL = 'circleci-backup:cancel';

/** A port that was free a moment ago: PORT has to be known before the bot listens. */
function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const at = server.address();
      server.close(() => resolve(typeof at === 'object' && at !== null ? at.port : 0));
    });
  });
}

async function startHttpJourney(fleet?: readonly string[]): Promise<Journey> {
  const port = await freePort();
  address = `http://127.0.0.1:${port}/slack/events`;
  return startJourney({
    ec2: SOON,
    env: {
      SLACK_APP_TOKEN: '',
      SLACK_SIGNING_SECRET: SANDBOX_TOKENS.signingSecret,
      PORT: String(port),
      HOST: '127.0.0.1',
    },
    slack: { delivery: { kind: 'http', requestUrl: address, signingSecret: SANDBOX_TOKENS.signingSecret } },
    ...(fleet === undefined ? {} : { fleet }),
  });
}

/** A command as Slack would post it, but signed when and with what the test says. */
async function post(given: { text: string; trigger: string; at?: number; secret?: string }): Promise<number> {
  const { slack, channel, ana } = journey;
  const body = new URLSearchParams({
    command: '/circleci-backup',
    text: given.text,
    team_id: slack.workspace.teamId,
    user_id: ana.id,
    channel_id: channel.id,
    trigger_id: given.trigger,
    response_url: `${slack.apiUrl.replace('/api/', '')}/response/unknown`,
  }).toString();
  const seconds = Math.floor((given.at ?? Date.now()) / 1000);
  const response = await fetch(address, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...signedHeaders(given.secret ?? SANDBOX_TOKENS.signingSecret, body, seconds),
    },
    body,
  });
  await response.arrayBuffer();
  return response.status;
}

describe('HTTP in place of Socket Mode', () => {
  it('takes commands and buttons', async () => {
    journey = await startHttpJourney();
    const { slack, ana, ben } = journey;
    await journey.say(ana, 'now');
    await runShown(journey);
    const [message] = journey.runMessages();
    if (message === undefined) throw new Error('no message');
    await slack.act(ben.id, { message }, CANCEL);
    await journey.ended();
    await journey.until('Ben was answered', () => slack.ephemerals(ben.id).length === 1);
    expect(slack.ephemerals(ben.id)[0]?.text).toContain('stops at its next safe point');
    expect(expectToldOnce(journey).text).toContain('was canceled');
    expect(slack.socketCount()).toBe(0);
  });

  it('takes forms', async () => {
    journey = await startHttpJourney(['prod', 'staging']);
    const { slack, ana } = journey;
    await journey.say(ana, 'now');
    const [view] = slack.views(ana.id);
    if (view === undefined) throw new Error('no form');
    const chosen = { type: 'static_select', selected_option: { value: 'staging' } };
    await slack.submit(ana.id, view, {
      target: { target: chosen },
      note: { note: { type: 'plain_text_input', value: 'by form' } },
    });
    await journey.ended();
    expect(expectToldOnce(journey).text).toContain('Backup of staging is complete');
  });

  it('refuses what is not signed by Slack, is old, or comes from the future', async () => {
    journey = await startHttpJourney();
    const minutes = 60_000;
    const at = (ms: number) => ({ text: 'now', trigger: `t${ms}`, at: Date.now() + ms });
    expect(await post({ text: 'now', trigger: 'bad', secret: 'another0secret000000000000000000' })).toBe(401);
    expect(await post(at(-6 * minutes))).toBe(401);
    expect(await post(at(6 * minutes))).toBe(401);
    expect(await post(at(60 * minutes))).toBe(401);
    expect(await post({ text: 'help', trigger: 'good' })).toBe(200);
    await journey.until('help was shown', () => journey.slack.ephemerals(journey.ana.id).length === 1);
    expect(journey.slack.messages(journey.channel.id)).toEqual([]);
    expect(journey.ec2.count('CreateImage')).toBe(0);
  });

  it('does nothing the second time a command is delivered', async () => {
    journey = await startHttpJourney();
    const { slack, ana } = journey;
    const command = { text: 'now', trigger: 'once', at: Date.now() };
    expect(await post(command)).toBe(200);
    await journey.ended();
    // Signed alike to the second: what was caught on the way, and sent again.
    expect(await post(command)).toBe(200);
    expect(await post({ text: 'help', trigger: 'after' })).toBe(200);
    await journey.until('help was shown', () => slack.ephemerals(ana.id).length === 2);
    expect(journey.ec2.count('CreateImage')).toBe(1);
    expect(journey.runMessages()).toHaveLength(1);
  });

  it('does nothing the second time a click is delivered', async () => {
    journey = await startHttpJourney();
    const { slack, ben, ana } = journey;
    await journey.say(ana, 'now');
    await runShown(journey);
    const [message] = journey.runMessages();
    const payload = {
      type: 'block_actions',
      team: { id: slack.workspace.teamId },
      user: { id: ben.id, team_id: slack.workspace.teamId },
      channel: { id: journey.channel.id },
      message: { ts: message?.ts },
      response_url: `${slack.apiUrl.replace('/api/', '')}/response/unknown`,
      actions: [
        { type: 'button', action_id: CANCEL, value: journey.runId(), action_ts: '1.1', block_id: 'b' },
      ],
    };
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      ...signedHeaders(SANDBOX_TOKENS.signingSecret, body, Math.floor(Date.now() / 1000)),
    };
    for (let times = 0; times < 3; times += 1) {
      expect((await fetch(address, { method: 'POST', headers, body })).status).toBe(200);
    }
    await journey.ended();
    await journey.until('Ben was answered', () => slack.ephemerals(ben.id).length >= 1);
    await journey.say(ben, 'help');
    expect(slack.ephemerals(ben.id)).toHaveLength(2);
  });
});
