import type { SlackServer } from '../../../sandbox/slack/model.ts';
import {
  ana,
  backups,
  ben,
  bot,
  closeAll,
  first,
  general,
  refusal,
  startSlack,
  webClient,
} from './harness.ts';

afterEach(closeAll);

const refused = async (call: Promise<unknown>) => (await refusal(call)).error;

test('who the token belongs to', async () => {
  const slack = await startSlack();
  await expect(webClient(slack).auth.test()).resolves.toMatchObject({
    ok: true,
    team_id: 'T0ACMERAIL',
    user_id: bot,
    bot_id: 'B0BACKUPBOT',
    url: 'https://acme-rail.slack.example/',
  });
});

test.each([
  ['xoxb-wrong', 'invalid_auth'],
  ['xapp-sandbox', 'not_allowed_token_type'],
  ['', 'not_authed'],
])('the token %j is refused with %s', async (token, error) => {
  const slack = await startSlack();
  expect(await refused(webClient(slack, { token }).auth.test())).toBe(error);
});

test('a method Slack does not have', async () => {
  const slack = await startSlack();
  expect(await refused(webClient(slack).apiCall('chat.shout'))).toBe('unknown_method');
});

test('posting, threads and editing', async () => {
  const slack = await startSlack();
  const { chat } = webClient(slack);
  const parent = await chat.postMessage({ channel: backups, text: 'started' });
  expect(typeof parent.ts).toBe('string');
  const ts = String(parent.ts);
  await chat.postMessage({ channel: backups, text: 'step', thread_ts: ts });
  await chat.postMessage({ channel: backups, text: 'end', thread_ts: ts, reply_broadcast: true });
  await chat.update({ channel: backups, ts, text: 'done' });
  const [edited, step, end] = slack.messages(backups);
  expect(edited).toMatchObject({ ts, text: 'done', edited: true, edits: [{ text: 'started', blocks: [] }] });
  expect(step).toMatchObject({ threadTs: ts, text: 'step', user: bot });
  expect(end).toMatchObject({ threadTs: ts, broadcast: true });
  expect(new Set(slack.messages(backups).map((message) => message.ts)).size).toBe(3);
});

test('an edit without blocks keeps them, an empty list removes them', async () => {
  const slack = await startSlack();
  const { chat } = webClient(slack);
  const { ts = '' } = await chat.postMessage({ channel: backups, text: 'a', blocks: [{ type: 'divider' }] });
  await chat.update({ channel: backups, ts, text: 'b' });
  expect(first(slack.messages(backups)).blocks).toMatchObject([{ type: 'divider' }]);
  await chat.update({ channel: backups, ts, text: 'b', blocks: [] });
  expect(first(slack.messages(backups)).blocks).toEqual([]);
});

test('a person in place of a channel means the direct message with them', async () => {
  const slack = await startSlack();
  const { channel } = await webClient(slack).chat.postMessage({ channel: ana, text: 'hello' });
  expect(channel).toMatch(/^D/);
  expect(slack.messages(String(channel))).toHaveLength(1);
  const opened = await webClient(slack).conversations.open({ users: ana });
  expect(opened.channel?.id).toBe(channel);
  await expect(webClient(slack).conversations.info({ channel: String(channel) })).resolves.toMatchObject({
    channel: { is_im: true, user: ana },
  });
});

test('where the bot may not post', async () => {
  const slack = await startSlack();
  const { chat } = webClient(slack);
  slack.workspace.channels.push(
    { id: 'C0OLD', name: 'old', isArchived: true, members: [bot] },
    { id: 'C0SECRET', name: 'secret', isPrivate: true, members: [ana] },
  );
  expect(await refused(chat.postMessage({ channel: general, text: 'x' }))).toBe('not_in_channel');
  expect(await refused(chat.postMessage({ channel: 'C0NONE', text: 'x' }))).toBe('channel_not_found');
  expect(await refused(chat.postMessage({ channel: 'C0SECRET', text: 'x' }))).toBe('channel_not_found');
  expect(await refused(chat.postMessage({ channel: 'C0OLD', text: 'x' }))).toBe('is_archived');
});

test('messages that cannot be found, answered or changed', async () => {
  const slack = await startSlack();
  const { chat } = webClient(slack);
  const { ts = '' } = await chat.postMessage({ channel: backups, text: 'mine' });
  const reply = await chat.postMessage({ channel: backups, text: 'r', thread_ts: ts });
  expect(await refused(chat.update({ channel: backups, ts: '1.000000', text: 'x' }))).toBe(
    'message_not_found',
  );
  const astray = await chat.postMessage({ channel: backups, text: 'x', thread_ts: '1.000000' });
  expect(astray.ok).toBe(true);
  expect(astray.message?.thread_ts).toBeUndefined();
  expect(await refused(chat.postMessage({ channel: backups, text: 'x', thread_ts: String(reply.ts) }))).toBe(
    'cannot_reply_to_message',
  );
  Object.assign(first(slack.messages(backups)), { user: ana });
  expect(await refused(chat.update({ channel: backups, ts, text: 'x' }))).toBe('cant_update_message');
  expect(await refused(chat.delete({ channel: backups, ts }))).toBe('cant_delete_message');
});

test('a ts sent as a number has lost digits and finds nothing', async () => {
  const slack = await startSlack();
  const { ts } = await webClient(slack).chat.postMessage({ channel: backups, text: 'x' });
  const answer = await postJson(slack, 'chat.update', { channel: backups, ts: Number(ts), text: 'y' });
  expect(answer).toEqual({ ok: false, error: 'message_not_found' });
});

test('JSON bodies do as well as forms', async () => {
  const slack = await startSlack();
  const blocks = [{ type: 'divider' }];
  expect(await postJson(slack, 'chat.postMessage', { channel: backups, text: 'x', blocks })).toMatchObject({
    ok: true,
  });
  expect(first(slack.messages(backups)).blocks).toMatchObject(blocks);
});

test('a deleted message is kept, marked', async () => {
  const slack = await startSlack();
  const { chat } = webClient(slack);
  const { ts = '' } = await chat.postMessage({ channel: backups, text: 'x' });
  await chat.delete({ channel: backups, ts });
  expect(first(slack.messages(backups))).toMatchObject({ deleted: true });
  expect(await refused(chat.delete({ channel: backups, ts }))).toBe('message_not_found');
});

test('only the person sees an ephemeral message', async () => {
  const slack = await startSlack();
  const { chat } = webClient(slack);
  await chat.postEphemeral({ channel: backups, user: ana, text: 'psst' });
  expect(slack.ephemerals(ana)).toMatchObject([{ text: 'psst', channel: backups }]);
  expect(slack.ephemerals(ben)).toEqual([]);
  expect(slack.messages(backups)).toEqual([]);
  expect(await refused(chat.postEphemeral({ channel: backups, user: 'U0NOBODY', text: 'x' }))).toBe(
    'user_not_in_channel',
  );
});

test('links to messages and to replies', async () => {
  const slack = await startSlack();
  const { chat } = webClient(slack);
  const { ts = '' } = await chat.postMessage({ channel: backups, text: 'x' });
  const reply = await chat.postMessage({ channel: backups, text: 'r', thread_ts: ts });
  const link = await chat.getPermalink({ channel: backups, message_ts: ts });
  expect(link.permalink).toBe(`https://acme-rail.slack.example/archives/${backups}/p${ts.replace('.', '')}`);
  const replyLink = await chat.getPermalink({ channel: backups, message_ts: String(reply.ts) });
  expect(replyLink.permalink).toContain(`?thread_ts=${ts}&cid=${backups}`);
});

test('channels, people and groups', async () => {
  const slack = await startSlack();
  const client = webClient(slack);
  const info = await client.conversations.info({ channel: general });
  expect(info.channel).toMatchObject({ name: 'general', is_member: false, is_archived: false });
  const { members } = await client.conversations.members({ channel: backups });
  expect(members).toContain(ana);
  const { user } = await client.users.info({ user: ana });
  expect(user).toMatchObject({
    tz: 'Europe/Zagreb',
    real_name: 'Ana Marić',
    is_bot: false,
    team_id: 'T0ACMERAIL',
  });
  expect(await refused(client.users.info({ user: 'U0NOBODY' }))).toBe('user_not_found');
  const { usergroups } = await client.usergroups.list({ include_users: true });
  expect(usergroups).toMatchObject([
    { handle: 'ci-operators', users: [ana, ben] },
    { handle: 'ci-approvers' },
  ]);
  const { users } = await client.usergroups.users.list({ usergroup: 'S0CIAPPROVE' });
  expect(users).toEqual([ana, ben]);
  expect(await refused(client.usergroups.users.list({ usergroup: 'S0NONE' }))).toBe('no_such_subteam');
});

test('the journal has what was asked, without the token', async () => {
  const slack = await startSlack();
  await webClient(slack).chat.postMessage({ channel: backups, text: 'x', blocks: [{ type: 'divider' }] });
  await postJson(slack, 'chat.postMessage', { token: 'xoxb-sandbox', channel: 'C0NONE', text: 'x' }, {});
  expect(slack.calls.map((call) => [call.method, call.result])).toEqual([
    ['chat.postMessage', 'ok'],
    ['chat.postMessage', 'channel_not_found'],
  ]);
  expect(slack.calls[0]?.body).toMatchObject({ channel: backups, blocks: [{ type: 'divider' }] });
  expect(JSON.stringify(slack.calls)).not.toContain('xoxb');
});

async function postJson(
  slack: SlackServer,
  method: string,
  body: unknown,
  headers: Record<string, string> = { authorization: 'Bearer xoxb-sandbox' },
): Promise<unknown> {
  const response = await fetch(slack.apiUrl + method, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  });
  return response.json();
}
