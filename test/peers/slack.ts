import { createServer, type IncomingMessage } from 'node:http';
import { WebSocketServer } from 'ws';
import { listenOnLoopback, readBody } from './http.ts';

/** A call as it came over the wire. */
export interface SlackCall {
  method: string;
  token: string;
  fields: Record<string, string>;
}

/**
 * The least of Slack that a bot in Socket Mode needs, written from Slack's documentation alone and with nothing of the
 * sandbox in it: what the two have in common is the bot.
 */
export async function startSlack() {
  const calls: SlackCall[] = [];
  const answers: string[] = [];
  const acks: string[] = [];
  const sockets = new WebSocketServer({ noServer: true });
  let posted = 0;

  async function api(method: string, request: IncomingMessage) {
    const fields = Object.fromEntries(new URLSearchParams(await readBody(request)));
    calls.push({ method, token: request.headers.authorization ?? '', fields });
    switch (method) {
      case 'auth.test':
        return {
          ok: true,
          team_id: 'T0PEER',
          user_id: 'U0BOT',
          bot_id: 'B0BOT',
          url: 'https://peer.slack.test/',
        };
      case 'apps.connections.open':
        return { ok: true, url: `${url.replace('http', 'ws')}/link` };
      case 'chat.postMessage':
        posted += 1;
        return { ok: true, channel: fields.channel, ts: `1700000000.00000${posted}` };
      case 'chat.update':
        return { ok: true, channel: fields.channel, ts: fields.ts, text: fields.text };
      default:
        return { ok: false, error: 'unknown_method' };
    }
  }

  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    if (path === '/answer') {
      answers.push(await readBody(request));
      return response.end('ok');
    }
    const body = JSON.stringify(await api(path.replace('/api/', ''), request));
    return response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  });
  server.on('upgrade', (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, (link) => {
      link.on('message', (data) => acks.push(JSON.parse(String(data)).envelope_id));
      link.send(JSON.stringify({ type: 'hello', num_connections: 1, connection_info: { app_id: 'A0PEER' } }));
    }),
  );
  const url = await listenOnLoopback(server);

  return {
    apiUrl: `${url}/api/`,
    calls,
    /** What was posted to a response_url. */
    answers,
    /** Envelopes that were acknowledged. */
    acks,
    connected: () => sockets.clients.size > 0,
    command(text: string) {
      const payload = {
        command: '/circleci-backup',
        text,
        team_id: 'T0PEER',
        team_domain: 'peer',
        channel_id: 'C0PEER',
        channel_name: 'backups',
        user_id: 'U0OPERATOR',
        user_name: 'operator',
        response_url: `${url}/answer`,
        trigger_id: '1.2.abc',
        api_app_id: 'A0PEER',
      };
      const envelope = {
        envelope_id: 'envelope-1',
        type: 'slash_commands',
        payload,
        accepts_response_payload: true,
      };
      for (const link of sockets.clients) link.send(JSON.stringify(envelope));
    },
    close() {
      for (const link of sockets.clients) link.terminate();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
