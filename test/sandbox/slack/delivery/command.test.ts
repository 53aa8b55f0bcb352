import { RespondError } from '@slack/bolt';
import { escapeCommandText } from '../../../../sandbox/slack/delivery/slash-text.ts';
import type { SlackServer } from '../../../../sandbox/slack/model.ts';
import { inventedWorkspace } from '../../../../sandbox/slack/workspace.ts';
import { ana, backups, bot, closeAll, general, handClock, last, startBot, startSlack } from '../harness.ts';

afterEach(closeAll);

async function catchCommand(slack: SlackServer): Promise<Record<string, unknown>> {
  let caught: Record<string, unknown> = {};
  await startBot(slack, (app) => {
    app.command('/circleci-backup', async ({ ack, command }) => {
      caught = { ...command };
      await ack();
    });
  });
  await slack.command(ana, general, ' restore   now ');
  return caught;
}

test('a command says who typed what, and where', async () => {
  const slack = await startSlack();
  expect(await catchCommand(slack)).toMatchObject({
    team_id: 'T0ACMERAIL',
    channel_id: general,
    channel_name: 'general',
    user_id: ana,
    user_name: 'ana',
    command: '/circleci-backup',
    text: 'restore   now',
    response_url: expect.stringContaining('/response/'),
    trigger_id: expect.any(String),
  });
  expect(slack.ephemerals(ana)).toEqual([]);
});

test.each([
  ['now @ana', 'now <@U0ANAMARIC|ana>'],
  ['ask @ci-approvers', 'ask <!subteam^S0CIAPPROVE|@ci-approvers>'],
  ['in #ci-backups', 'in <#C0CIBACKUPS|ci-backups>'],
  ['a & b < c > d', 'a &amp; b &lt; c &gt; d'],
  ['note <!channel>', 'note &lt;!channel&gt;'],
  ['note @channel', 'note <!channel>'],
  ['cleanup https://ci.example/gh/o/r/12?a=1&b=2', 'cleanup <https://ci.example/gh/o/r/12?a=1&amp;b=2>'],
  ['mail me@ana.example @nobody #nowhere', 'mail me@ana.example @nobody #nowhere'],
])('should_escape: %j arrives as %j', (typed, sent) => {
  expect(escapeCommandText(typed, inventedWorkspace())).toBe(sent);
});

test('the body of an ack is shown to the person alone, or to the channel', async () => {
  const slack = await startSlack();
  await startBot(slack, (app) => {
    app.command('/circleci-backup', async ({ ack, command }) => {
      if (command.text === 'open') await ack({ response_type: 'in_channel', text: 'for all' });
      else await ack({ text: 'for you', blocks: [{ type: 'divider' }] });
    });
  });
  const receipt = await slack.command(ana, backups, 'help');
  expect(receipt.body).toMatchObject({ text: 'for you' });
  expect(slack.ephemerals(ana)).toMatchObject([{ text: 'for you', blocks: [{ type: 'divider' }] }]);
  await slack.command(ana, backups, 'open');
  expect(slack.messages(backups)).toMatchObject([{ text: 'for all', user: bot }]);
});

test('an ack that Slack would not show', async () => {
  const slack = await startSlack();
  await startBot(slack, (app) => {
    app.command('/circleci-backup', ({ ack }) => ack({ text: '', blocks: [{ type: 'header' }] }));
  });
  await slack.command(ana, backups, 'help');
  expect(last(slack.ephemerals(ana)).text).toBe('/circleci-backup failed with the error "invalid_blocks"');
});

test('a response_url serves five times', async () => {
  const slack = await startSlack();
  const statuses: unknown[] = [];
  await startBot(slack, (app) => {
    app.command('/circleci-backup', async ({ ack, respond }) => {
      for (let index = 0; index < 6; index += 1) {
        const answer = await respond(`answer ${index}`).catch((error: unknown) => error);
        if (answer instanceof RespondError) statuses.push(answer.statusCode);
      }
      await ack();
    });
  });
  await slack.command(ana, general, 'help');
  expect(slack.ephemerals(ana)).toHaveLength(5);
  expect(statuses).toEqual([404]);
  expect(slack.calls.at(-1)).toMatchObject({ method: 'response_url', result: 'used_url' });
});

test('a response_url serves thirty minutes', async () => {
  const clock = handClock();
  const slack = await startSlack({ clock });
  const { response_url } = await catchCommand(slack);
  const answer = () => fetch(String(response_url), { method: 'POST', body: JSON.stringify({ text: 'x' }) });
  clock.advance(30 * 60_000 - 1);
  expect((await answer()).status).toBe(200);
  clock.advance(1);
  const late = await answer();
  expect([late.status, await late.json()]).toEqual([404, { ok: false, error: 'expired_url' }]);
});

test('an answer to a command cannot replace an earlier one', async () => {
  const slack = await startSlack();
  const { response_url } = await catchCommand(slack);
  for (const text of ['one', 'two']) {
    const body = JSON.stringify({ text, replace_original: true });
    await fetch(String(response_url), { method: 'POST', body });
  }
  expect(slack.ephemerals(ana).map((message) => message.text)).toEqual(['one', 'two']);
});

test('a fault can meet the response_url too', async () => {
  const slack = await startSlack();
  const { response_url } = await catchCommand(slack);
  slack.faults.push({ method: 'response_url', kind: 'http', status: 500 });
  const answer = await fetch(String(response_url), { method: 'POST', body: JSON.stringify({ text: 'x' }) });
  expect(answer.status).toBe(500);
});
