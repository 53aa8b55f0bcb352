import { type ChannelListener, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { Worker } from 'node:worker_threads';
import type { StepEvent } from '../../../../src/core/ports/step-event.ts';

export interface Activity {
  /** What is under way in this process and does not wait for the clock; empty when nothing is. */
  underWay(): string[];
  /** Rises with everything that begins or ends. */
  changes(): number;
  /** To be told of each step of each run. */
  observe(event: StepEvent): void;
  stop(): void;
}

type Listeners = Record<string, (message: Record<string, unknown>) => void>;

/**
 * Whether this process waits for nothing but its clock, as Node's diagnostics channels tell: no HTTP request is open at
 * either end, no thread lives, no file is read or written (the store brings each of its transactions to the disk), and no
 * run is between two steps, where the engine has to act.
 */
export function watchActivity(): Activity {
  const open = new Map<unknown, string>();
  const betweenSteps = new Map<string, string>();
  let changes = 0;

  const begin = (key: unknown, what: string) => {
    changes += 1;
    open.set(key, what);
  };
  const end = (key: unknown) => {
    changes += 1;
    open.delete(key);
  };
  const listeners: Listeners = {
    'http.client.request.start': ({ request }) => {
      if (request instanceof ClientRequest && !isTunnel(request)) begin(request, 'a request');
    },
    'http.client.request.error': ({ request }) => end(request),
    // The answer has begun: it is over when its body is read.
    'http.client.response.finish': ({ request, response }) => {
      if (response instanceof IncomingMessage) response.once('close', () => end(request));
      else end(request);
    },
    'undici:request:create': ({ request }) => {
      if (!isUpgrade(request)) begin(request, 'a fetch');
    },
    'undici:request:trailers': ({ request }) => end(request),
    'undici:request:error': ({ request }) => end(request),
    'http.server.request.start': ({ request, response }) => {
      begin(request, 'an answer');
      // One that is never finished ends with its connection.
      if (response instanceof ServerResponse) response.once('close', () => end(request));
    },
    'http.server.response.finish': ({ request }) => end(request),
    worker_threads: ({ worker }) => {
      begin(worker, 'a thread');
      (worker as Worker).once('exit', () => end(worker));
    },
  };
  const subscribed = Object.entries(listeners).map(([name, listener]): [string, ChannelListener] => [
    name,
    (message) => listener(message as Record<string, unknown>),
  ]);
  for (const [name, listener] of subscribed) subscribe(name, listener);

  return {
    underWay: () => [
      ...open.values(),
      ...betweenSteps.values(),
      ...process.getActiveResourcesInfo().filter(isRequest),
    ],
    changes: () => changes,
    observe({ runId, step, phase }) {
      changes += 1;
      // The engine takes the run up while its handover ends.
      if (step === 'handover' || (step === 'request' && phase === 'started')) return;
      // A run that is followed up has two ends.
      if (phase === 'done' && step !== 'finish' && step !== 'followed')
        betweenSteps.set(runId, `${runId} after ${step}`);
      else betweenSteps.delete(runId);
    },
    stop() {
      for (const [name, listener] of subscribed) unsubscribe(name, listener);
    },
  };
}

/** Whatever goes through it ends by itself, and a machine that does not answer lets the clock pass. */
function isTunnel(request: ClientRequest): boolean {
  return request.method === 'CONNECT' || request.hasHeader('upgrade');
}

/** A socket's request has no end of its own. */
function isUpgrade(request: unknown): boolean {
  return typeof request === 'object' && request !== null && 'upgrade' in request && Boolean(request.upgrade);
}

/** Requests to the system that end by themselves, such as `FSReqCallback`; handles stay, and timers are of the wall. */
function isRequest(resource: string): boolean {
  return /^(FSReq|GetAddrInfoReq|TCPConnect|RandomBytes)/.test(resource);
}
