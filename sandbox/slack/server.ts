import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { actOn, suggestOptions } from './delivery/block-action.ts';
import { receiptOf, runCommand } from './delivery/command.ts';
import type { Deliver } from './delivery/delivery.ts';
import { openHomeTab } from './delivery/home-opened.ts';
import { createHttpDelivery } from './delivery/http-delivery.ts';
import { createResponseUrls } from './delivery/response-url.ts';
import { createSocketMode } from './delivery/socket-mode.ts';
import { dismissView, submitView } from './delivery/view-submission.ts';
import { createRates } from './limits/rates.ts';
import type { SlackFault, SlackServer, SlackServerOptions } from './model.ts';
import { createState, type SlackState } from './state.ts';
import { readUpload } from './upload.ts';
import { stackOf } from './view-stack.ts';
import { createWebApi } from './web-api.ts';
import { send } from './wire-call.ts';

const defaultCommand = '/circleci-backup';

/** Starts the Slack workspace on 127.0.0.1: Web API, Socket Mode, response URLs and uploads on one port. */
export async function createSlackServer(options: SlackServerOptions): Promise<SlackServer> {
  const { workspace, clock, botToken, delivery } = options;
  const listeners = new Set<() => void>();
  const faults: SlackFault[] = [];
  const answerLimitMs = options.answerLimitMs ?? 3000;
  const state = createState({
    workspace,
    clock,
    newestBlocks: options.newestBlocks ?? true,
    answerLimitMs,
    changed: () => {
      for (const listener of listeners) listener();
    },
  });
  const sockets = createSocketMode({ answerLimitMs, baseUrl: () => state.baseUrl });
  const webApi = createWebApi({
    state,
    faults,
    botToken,
    appToken: delivery.kind === 'socket' ? delivery.appToken : undefined,
    rates: options.rates === false ? undefined : createRates(clock),
    openConnection: () => sockets.openConnection(),
  });
  const responseUrls = createResponseUrls({ state, faults });
  const wire = delivery.kind === 'socket' ? sockets.deliver : createHttpDelivery(delivery, answerLimitMs);
  let last: Parameters<Deliver> | undefined;
  const deliver: Deliver = (...delivered) => {
    last = delivered;
    return wire(...delivered);
  };

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, area, id] = new URL(request.url ?? '/', 'http://localhost').pathname.split('/');
    if (area === 'files' && request.method === 'GET') return serveFile(state, id ?? '', response);
    if (request.method !== 'POST') return send(response, { status: 405, body: 'POST only' });
    if (area === 'api') return webApi(request, response, id ?? '');
    if (area === 'response') return responseUrls(request, response, id ?? '');
    if (area === 'upload') return takeUpload(state, id ?? '', request, response);
    send(response, { status: 404, body: 'not found' });
  }

  const server = createServer((request, response) => {
    route(request, response).catch((error: unknown) => {
      if (request.destroyed && !response.writable) return;
      send(response, { status: 500, body: `fault in the sandbox: ${String(error)}` });
    });
  });
  server.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head));
  state.baseUrl = await listen(server, options.port ?? 0);

  return {
    apiUrl: `${state.baseUrl}/api/`,
    workspace,
    faults,
    calls: state.calls,
    messages: (channel) => [...(state.messages.get(channel) ?? [])],
    ephemerals: (user) => state.ephemerals.filter((message) => message.user === user),
    views: (user) => [...stackOf(state, user)],
    homes: (user) => state.homes.get(user),
    command: (user, channel, text, command = defaultCommand) =>
      runCommand(state, deliver, { user, channel, text, command }),
    act: (user, surface, actionId, choice = {}) =>
      actOn(state, deliver, { user, surface, actionId, ...choice }),
    submit: (user, view, values) => submitView(state, deliver, { user, view, values }),
    closeView: (user, view) => dismissView(state, deliver, { user, view }),
    suggest: (user, view, actionId, text) => suggestOptions(state, deliver, { user, view, actionId, text }),
    async again() {
      if (last === undefined) throw new Error('nothing was delivered yet');
      return receiptOf(await wire(...last));
    },
    openHome: (user) => openHomeTab(state, deliver, user),
    dropSockets: (refuse = 0) => sockets.drop(refuse),
    socketCount: () => sockets.count(),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      listeners.clear();
      await sockets.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${isInternet(address) ? address.port : port}`);
    });
  });
}

function isInternet(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

async function takeUpload(
  state: SlackState,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const file = state.files.get(id);
  if (!file) return send(response, { status: 404, body: 'no such upload' });
  file.bytes = await readUpload(request);
  send(response, { status: 200, body: `OK - ${file.bytes.byteLength}` });
}

function serveFile(state: SlackState, id: string, response: ServerResponse): void {
  const file = state.files.get(id);
  if (!file?.bytes) {
    send(response, { status: 404, body: 'no such file' });
    return;
  }
  const type = file.name.endsWith('.png') ? 'image/png' : 'application/octet-stream';
  response.writeHead(200, { 'content-type': type });
  response.end(file.bytes);
}
