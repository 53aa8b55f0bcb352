import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { noLog } from '../../src/core/ports/log.ts';
import { systemClock } from '../../src/ops/system-clock.ts';
import { createSocketConnection } from '../../src/slack/socket.ts';
import { noMetrics } from '../no-metrics.ts';
import { closeAll, closeLater, silentLogger, until } from '../sandbox/slack/harness.ts';

afterEach(closeAll);

interface Peer {
  apiUrl: string;
  /** Connections that were opened, and those that are open. */
  opened(): number;
  open(): number;
  /** Says hello on the connections opened so far. */
  hello(): void;
}

/** Slack's side of Socket Mode, with the hello in the hands of the test. */
async function peer(greet: (nth: number) => boolean): Promise<Peer> {
  const sockets = new WebSocketServer({ noServer: true });
  let opened = 0;
  const hello = JSON.stringify({ type: 'hello', num_connections: 1, connection_info: { app_id: 'A1' } });
  const server = createServer((_request, response) => {
    const at = server.address();
    const port = typeof at === 'object' && at !== null ? at.port : 0;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ok: true, url: `ws://127.0.0.1:${port}/link` }));
  });
  server.on('upgrade', (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, (made) => {
      opened += 1;
      if (greet(opened)) made.send(hello);
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeLater(async () => {
    for (const client of sockets.clients) client.terminate();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const at = server.address();
  return {
    apiUrl: `http://127.0.0.1:${typeof at === 'object' && at !== null ? at.port : 0}/api/`,
    opened: () => opened,
    open: () => sockets.clients.size,
    hello: () => {
      for (const client of sockets.clients) client.send(hello);
    },
  };
}

function connect(apiUrl: string, helloTimeoutMs: number) {
  const connection = createSocketConnection(
    { appToken: 'xapp-1', apiUrl, helloTimeoutMs },
    { clock: systemClock, log: noLog, logger: silentLogger, metrics: noMetrics },
  );
  closeLater(() => connection.stop());
  return connection;
}

describe('a socket', () => {
  it('that never says hello is given up and hung up, and another one is opened', async () => {
    const slack = await peer((nth) => nth > 1);
    const connection = connect(slack.apiUrl, 200);
    await connection.start(() => {});
    expect(connection.health()).toEqual({ ok: true, detail: 'connected by Socket Mode' });
    expect(slack.opened()).toBe(2);
    await until(() => slack.open() === 1);
  });

  it('is not well before its hello', async () => {
    const slack = await peer(() => false);
    const connection = connect(slack.apiUrl, 60_000);
    expect(connection.health().ok).toBe(false);
    const started = connection.start(() => {});
    await until(() => slack.open() === 1);
    expect(connection.health()).toEqual({
      ok: false,
      detail: 'not connected to Slack yet',
    });
    slack.hello();
    await started;
    expect(connection.health().ok).toBe(true);
  });

  it('stays closed when it is stopped while it waits for the hello', async () => {
    const slack = await peer(() => false);
    const connection = connect(slack.apiUrl, 60_000);
    void connection.start(() => {});
    await until(() => slack.open() === 1);
    await connection.stop();
    await until(() => slack.open() === 0);
    expect(slack.opened()).toBe(1);
    expect(connection.health().ok).toBe(false);
  });
});
