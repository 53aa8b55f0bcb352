import type { SlackServer } from '../../../sandbox/slack/model.ts';
import {
  ana,
  backups,
  button,
  closeAll,
  first,
  plain,
  seen,
  startBot,
  startSlack,
  webClient,
} from './harness.ts';

afterEach(closeAll);

const select = {
  type: 'static_select' as const,
  action_id: 'pick',
  placeholder: plain('Backup'),
  options: ['a', 'b'].map((value) => ({ text: plain(value.toUpperCase()), value })),
};

async function catchActions(slack: SlackServer): Promise<Record<string, unknown>[]> {
  const caught: Record<string, unknown>[] = [];
  await startBot(slack, (app) => {
    app.action(/.*/, async ({ ack, body }) => {
      caught.push({ ...body });
      await ack();
    });
  });
  return caught;
}

async function postBlocks(slack: SlackServer) {
  await webClient(slack).chat.postMessage({
    channel: backups,
    text: 'x',
    blocks: [
      { type: 'actions', block_id: 'one', elements: [button('go', 'Go', 'v-one'), select] },
      { type: 'actions', block_id: 'two', elements: [button('go', 'Go', 'v-two')] },
    ],
  });
  return first(slack.messages(backups));
}

test('a press tells who, where and what', async () => {
  const slack = await startSlack();
  const caught = await catchActions(slack);
  const message = await postBlocks(slack);
  const { ackMs } = await slack.act(ana, { message }, 'go');
  expect(ackMs).toBeGreaterThan(0);
  expect(caught[0]).toMatchObject({
    type: 'block_actions',
    user: { id: ana, username: 'ana', team_id: 'T0ACMERAIL' },
    team: { id: 'T0ACMERAIL' },
    container: { type: 'message', message_ts: message.ts, channel_id: backups, is_ephemeral: false },
    channel: { id: backups, name: 'ci-backups' },
    message: { ts: message.ts, text: 'x' },
    actions: [
      { type: 'button', action_id: 'go', block_id: 'one', value: 'v-one', action_ts: expect.any(String) },
    ],
    response_url: expect.any(String),
    trigger_id: expect.any(String),
  });
});

test('the block tells equal action ids apart', async () => {
  const slack = await startSlack();
  const caught = await catchActions(slack);
  const message = await postBlocks(slack);
  await slack.act(ana, { message }, 'go', { blockId: 'two' });
  expect(caught[0]).toMatchObject({ actions: [{ block_id: 'two', value: 'v-two' }] });
});

test('a pick carries the whole option and the state', async () => {
  const slack = await startSlack();
  const caught = await catchActions(slack);
  const message = await postBlocks(slack);
  await slack.act(ana, { message }, 'pick', { value: 'b' });
  const selected_option = { text: plain('B'), value: 'b' };
  expect(caught[0]).toMatchObject({
    actions: [{ type: 'static_select', selected_option }],
    state: { values: { one: { pick: { type: 'static_select', selected_option } } } },
  });
  await expect(slack.act(ana, { message }, 'pick', { value: 'c' })).rejects.toThrow(
    'no option "c"; there are: a, b',
  );
});

test('pressing what is not there says what is', async () => {
  const slack = await startSlack();
  const message = await postBlocks(slack);
  await expect(slack.act(ana, { message }, 'stop')).rejects.toThrow(
    'nothing to press with action_id "stop"; what is shown has: go, pick, go',
  );
});

test('a stale screen: the old button of a message that was edited is still delivered', async () => {
  const slack = await startSlack();
  const caught = await catchActions(slack);
  const message = await postBlocks(slack);
  await webClient(slack).chat.update({ channel: backups, ts: message.ts, text: 'decided', blocks: [] });
  await slack.act(ana, { message }, 'go');
  expect(caught).toHaveLength(1);
});

test.each([
  [{ text: 'new' }, ['new'], 0],
  [{ text: 'new', replace_original: true }, ['new'], 0],
  [{ text: 'new', replace_original: false }, ['x'], 1],
  [{ text: 'new', replace_original: false, response_type: 'in_channel' as const }, ['x', 'new'], 0],
  [{ delete_original: true, text: '' }, [], 0],
])('the answer %j to a press', async (answer, channel, ephemerals) => {
  const slack = await startSlack();
  await startBot(slack, (app) => {
    app.action('go', async ({ ack, respond }) => {
      await respond(answer);
      await ack();
    });
  });
  await slack.act(ana, { message: await postBlocks(slack) }, 'go');
  const shown = slack.messages(backups).filter((message) => !message.deleted);
  expect(shown.map((message) => message.text)).toEqual(channel);
  expect(slack.ephemerals(ana)).toHaveLength(ephemerals);
});

test('a button in an ephemeral answer, which can be replaced and deleted', async () => {
  const slack = await startSlack();
  const bodies: unknown[] = [];
  await startBot(slack, (app) => {
    app.command('/circleci-backup', ({ ack }) =>
      ack({ text: 'sure?', blocks: [{ type: 'actions', elements: [button('go'), button('away')] }] }),
    );
    app.action('go', async ({ ack, respond, body }) => {
      bodies.push(body);
      await ack();
      await respond({
        replace_original: true,
        text: 'done',
        blocks: [{ type: 'actions', elements: [button('away')] }],
      });
    });
    app.action('away', async ({ ack, respond }) => {
      await ack();
      await respond({ delete_original: true });
    });
  });
  await slack.command(ana, backups, 'cancel');
  await slack.act(ana, { ephemeral: first(slack.ephemerals(ana)) }, 'go');
  await seen(slack, () => slack.ephemerals(ana)[0]?.text === 'done');
  expect(bodies[0]).toMatchObject({ container: { is_ephemeral: true, channel_id: backups } });
  await slack.act(ana, { ephemeral: first(slack.ephemerals(ana)) }, 'away');
  await seen(slack, () => slack.ephemerals(ana).length === 0);
});
