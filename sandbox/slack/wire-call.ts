import type { IncomingMessage, ServerResponse } from 'node:http';
import { takeFault } from './faults.ts';
import type { SlackFault } from './model.ts';
import type { Params } from './params.ts';
import { errorBody } from './slack-error.ts';
import type { SlackState } from './state.ts';

/** An HTTP answer; `result` is how the journal names it. */
export interface WireAnswer {
  status: number;
  body: unknown;
  result: string;
  headers?: Record<string, string>;
}

/** Does the work of one call and answers it, or does what the next fault for its method says; writes the journal. */
export function serveCall(call: {
  state: SlackState;
  faults: SlackFault[];
  request: IncomingMessage;
  response: ServerResponse;
  method: string;
  params: Params;
  work: () => WireAnswer;
}): void {
  const { state, faults, request, response, method, params, work } = call;
  const { token: _token, ...body } = params;
  const note = (result: string) => state.calls.push({ method, at: state.clock.now(), body, result });
  const fault = takeFault(faults, method);
  if (fault?.kind === 'silence' || fault?.kind === 'cut') {
    if (fault.applied) work();
    note(fault.applied ? `${fault.kind}, applied` : fault.kind);
    if (fault.kind === 'cut') request.socket.destroy();
    return;
  }
  const answer = fault ? faultAnswer(fault, method) : work();
  note(answer.result);
  send(response, answer);
}

function faultAnswer(fault: Exclude<SlackFault, { kind: 'silence' | 'cut' }>, method: string): WireAnswer {
  if (fault.kind === 'rate_limited') return rateLimited(fault.retryAfterSeconds);
  if (fault.kind === 'http')
    return { status: fault.status, body: 'upstream error', result: `http ${fault.status}` };
  return { status: method === 'response_url' ? 404 : 200, body: errorBody(fault.error), result: fault.error };
}

export function rateLimited(retryAfterSeconds: number): WireAnswer {
  return {
    status: 429,
    headers: { 'retry-after': String(retryAfterSeconds) },
    body: errorBody('ratelimited'),
    result: 'ratelimited',
  };
}

export function send(response: ServerResponse, answer: Omit<WireAnswer, 'result'>): void {
  const isText = typeof answer.body === 'string';
  response.writeHead(answer.status, {
    'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8',
    ...answer.headers,
  });
  response.end(isText ? answer.body : JSON.stringify(answer.body));
}
