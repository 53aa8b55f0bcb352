import type { IncomingMessage, ServerResponse } from 'node:http';
import type { State } from '../state.ts';
import { type Answer, type Call, readCall } from './call.ts';
import { ApiError } from './errors.ts';
import { type Ec2Fault, faultError, takeFault } from './faults.ts';
import { type Credentials, checkCredentials, checkDryRun, checkPermissions, checkRate } from './gate.ts';
import { type Ec2Call, journalEntry } from './journal.ts';
import { signedFor } from './scope.ts';

interface Desk {
  state: State;
  faults: Ec2Fault[];
  calls: Ec2Call[];
  credentials(): Credentials;
  /** Takes one of the action's tokens, or says that there is none. */
  granted(action: string): boolean;
  /** Runs what may change the state. */
  change<T>(act: () => T): T;
}

export type AnswerRequest = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Gives the function that answers requests: journal, faults, gate, action, in this order. */
export function answering(desk: Desk): AnswerRequest {
  let requests = 0;
  return async (request, response) => {
    requests += 1;
    const call = await readCall(request, requestId(requests));
    if (!call) return void response.writeHead(404).end();
    const region = signedFor(request);
    const entry = journalEntry(desk.state.clock, call.action, call.dryRun, call.params);
    desk.calls.push(entry);
    const fault = takeFault(desk.faults, call.action, call.dryRun);
    if (fault?.kind === 'silence' || fault?.kind === 'cut') {
      if (fault.applied) attempt(call, entry, () => perform(desk, call, region));
      entry.result = fault.kind;
      if (fault.kind === 'cut') request.socket.destroy();
      return;
    }
    if (fault?.kind === 'http') {
      entry.result = `http ${fault.status}`;
      return void response
        .writeHead(fault.status, { 'content-type': 'text/html' })
        .end('<html>Bad gateway</html>');
    }
    const answer = attempt(call, entry, () => {
      if (fault) throw faultError(fault);
      return perform(desk, call, region);
    });
    response.writeHead(answer.status, answer.headers).end(answer.body);
  };
}

/** `region`: that for which the request is signed. A signature for another one is worth as much as none. */
function perform(desk: Desk, call: Call, region = desk.state.region): Answer {
  checkCredentials(call.service, region === desk.state.region ? desk.credentials() : 'invalid');
  checkRate(call.service, desk.granted(call.action));
  checkPermissions(desk.state, call.service, call.permissions);
  checkDryRun(call.dryRun);
  return desk.change(() => call.run(desk.state));
}

/** Does the action and notes how it went; gives the answer that the caller would get. */
function attempt(call: Call, entry: Ec2Call, act: () => Answer): Answer {
  try {
    const answer = act();
    Object.assign(entry, { result: 'ok', applied: true });
    return answer;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    entry.result = error.code;
    return call.refuse(error);
  }
}

function requestId(count: number): string {
  return `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`;
}
