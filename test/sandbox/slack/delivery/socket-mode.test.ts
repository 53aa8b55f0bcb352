import { SocketModeClient } from '@slack/socket-mode';
import type { SlackServer } from '../../../../sandbox/slack/model.ts';
import {
  ana,
  appToken,
  backups,
  botToken,
  closeAll,
  closeLater,
  last,
  refusal,
  silentLogger,
  startSlack,
  until,
  webClient,
} from '../harness.ts';

afterEach(closeAll);

async function connect(slack: SlackServer): Promise<SocketModeClient> {
  const client = new SocketModeClient({
    appToken,
    // So long it also waits before it comes back: a busy machine must not look like a dead connection.
    clientPingTimeout: 2_000,
    logger: silentLogger,
    clientOptions: { slackApiUrl: slack.apiUrl },
  });
  await client.start();
  closeLater(() => client.disconnect());
  return client;
}

interface Delivered {
  ack: (body?: Record<string, unknown>) => Promise<void>;
  body: Record<string, unknown>;
}

test('each payload goes to one of the connections', async () => {
  const slack = await startSlack();
  const heard: string[] = [];
  for (const name of ['one', 'two']) {
    const client = await connect(slack);
    client.on('slash_commands', async ({ ack }: Delivered) => {
      heard.push(name);
      await ack();
    });
  }
  expect(slack.socketCount()).toBe(2);
  for (let index = 0; index < 4; index += 1) {
    const { ackMs } = await slack.command(ana, backups, 'help');
    expect(ackMs).toBeLessThan(1000);
  }
  expect(heard.toSorted()).toEqual(['one', 'one', 'two', 'two']);
});

test('a dropped client comes back, also when it is refused once', async () => {
  const slack = await startSlack();
  const client = await connect(slack);
  client.on('slash_commands', ({ ack }: Delivered) => ack({ text: 'here again' }));
  slack.dropSockets(1);
  expect(slack.socketCount()).toBe(0);
  await until(() => slack.socketCount() === 1);
  const opens = slack.calls.filter((call) => call.method === 'apps.connections.open');
  expect(opens.map((call) => call.result)).toEqual(['ok', 'internal_error', 'ok']);
  await slack.command(ana, backups, 'help');
  expect(last(slack.ephemerals(ana)).text).toBe('here again');
});

test('with nobody connected a command fails at once', async () => {
  const slack = await startSlack();
  expect(await slack.command(ana, backups, 'help')).toEqual({});
  expect(last(slack.ephemerals(ana)).text).toBe('/circleci-backup failed with the error "dispatch_failed"');
});

test('a command that is not acked in time fails, and a late ack changes nothing', async () => {
  const slack = await startSlack({ answerLimitMs: 30 });
  const client = await connect(slack);
  const late: (() => Promise<void>)[] = [];
  client.on('slash_commands', ({ ack }: Delivered) => late.push(() => ack({ text: 'too late' })));
  expect(await slack.command(ana, backups, 'help')).toEqual({});
  await late[0]?.();
  expect(slack.ephemerals(ana).map((message) => message.text)).toEqual([
    '/circleci-backup failed with the error "operation_timeout"',
  ]);
});

test('a command whose connection is dropped before the ack fails', async () => {
  const slack = await startSlack();
  const client = await connect(slack);
  client.on('slash_commands', () => slack.dropSockets());
  expect(await slack.command(ana, backups, 'help')).toEqual({});
});

test('only an app token opens connections, and a ticket serves once', async () => {
  const slack = await startSlack();
  expect((await refusal(webClient(slack, { token: botToken }).apps.connections.open({}))).error).toBe(
    'not_allowed_token_type',
  );
  const { url = '' } = await webClient(slack, { token: appToken }).apps.connections.open({});
  expect(await opens(url)).toBe(true);
  expect(await opens(url)).toBe(false);
});

function opens(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url);
    socket.onopen = () => {
      resolve(true);
      socket.close();
    };
    socket.onerror = () => resolve(false);
  });
}
