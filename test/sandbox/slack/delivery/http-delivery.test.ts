import { createServer } from 'node:net';
import { App, HTTPReceiver } from '@slack/bolt';
import { encodePayload, signedHeaders } from '../../../../sandbox/slack/delivery/http-delivery.ts';
import type { SlackServer } from '../../../../sandbox/slack/model.ts';
import {
  ana,
  backups,
  botToken,
  button,
  closeAll,
  closeLater,
  first,
  last,
  silentLogger,
  startSlack,
  webClient,
} from '../harness.ts';

afterEach(closeAll);

const signingSecret = 'sandbox-secret';

async function startHttp(configure: (app: App) => void, answerLimitMs = 3000) {
  const delivery = { kind: 'http' as const, requestUrl: '', signingSecret };
  const slack = await startSlack({ delivery, answerLimitMs });
  const receiver = new HTTPReceiver({
    signingSecret,
    logger: silentLogger,
    unhandledRequestTimeoutMillis: 500,
  });
  const clientOptions = { slackApiUrl: slack.apiUrl };
  const app = new App({ token: botToken, receiver, clientOptions, logger: silentLogger });
  configure(app);
  const server = await app.start(0);
  closeLater(() => app.stop());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  delivery.requestUrl = `http://127.0.0.1:${port}/slack/events`;
  return { slack, delivery };
}

test('signed commands, clicks and events reach the app, and their acks come back', async () => {
  const heard: unknown[] = [];
  const { slack } = await startHttp((app) => {
    app.command('/circleci-backup', ({ ack, command }) => ack(`you typed ${command.text}`));
    app.action('go', async ({ ack, body }) => {
      heard.push(body.user.id);
      await ack();
    });
    app.event('app_home_opened', async ({ event }) => void heard.push(event.tab));
  });
  await slack.command(ana, backups, 'status');
  expect(last(slack.ephemerals(ana)).text).toBe('you typed status');
  await webClient(slack).chat.postMessage({
    channel: backups,
    text: 'x',
    blocks: [{ type: 'actions', elements: [button('go')] }],
  });
  const { ackMs } = await slack.act(ana, { message: first(slack.messages(backups)) }, 'go');
  expect(ackMs).toBeGreaterThan(0);
  await slack.openHome(ana);
  expect(heard).toEqual([ana, 'home']);
});

test('no answer in time, and no answer at all', async () => {
  const { slack, delivery } = await startHttp(() => undefined, 50);
  await slack.command(ana, backups, 'status');
  expect(last(slack.ephemerals(ana)).text).toContain('operation_timeout');
  delivery.requestUrl = `http://127.0.0.1:${await closedPort()}/`;
  await slack.command(ana, backups, 'status');
  expect(last(slack.ephemerals(ana)).text).toContain('dispatch_failed');
});

test.each([
  ['right', signingSecret, 0, 200],
  ['signed with another secret', 'other', 0, 401],
  ['six minutes old', signingSecret, -360, 401],
])('a request that is %s', async (_name, secret, ageSeconds, status) => {
  const { slack, delivery } = await startHttp((app) => {
    app.command('/circleci-backup', ({ ack }) => ack());
  });
  expect(await sendSigned(slack, delivery.requestUrl, secret, ageSeconds)).toBe(status);
});

async function sendSigned(
  slack: SlackServer,
  url: string,
  secret: string,
  ageSeconds: number,
): Promise<number> {
  const payload = { command: '/circleci-backup', team_id: slack.workspace.teamId, user_id: ana, text: '' };
  const { body, contentType } = encodePayload('slash_commands', payload);
  const headers = {
    ...signedHeaders(secret, body, Math.floor(Date.now() / 1000) + ageSeconds),
    'content-type': contentType,
  };
  return (await fetch(url, { method: 'POST', headers, body })).status;
}

/** A port on which nothing listens. */
function closedPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
