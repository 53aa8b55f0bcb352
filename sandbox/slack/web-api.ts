import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Rates } from './limits/rates.ts';
import { methods } from './methods/index.ts';
import type { SlackFault } from './model.ts';
import { type Params, parseParams, readBody, textParam } from './params.ts';
import { errorBody, SlackError } from './slack-error.ts';
import type { SlackState } from './state.ts';
import { rateLimited, serveCall, type WireAnswer } from './wire-call.ts';

/** Answers `POST /api/<method>`. */
export type WebApi = (request: IncomingMessage, response: ServerResponse, method: string) => Promise<void>;

export function createWebApi(input: {
  state: SlackState;
  faults: SlackFault[];
  botToken: string;
  /** undefined where the app has no Socket Mode. */
  appToken: string | undefined;
  rates: Rates | undefined;
  /** The answer of apps.connections.open. */
  openConnection: () => Record<string, unknown>;
}): WebApi {
  const { state, faults, botToken, appToken, rates, openConnection } = input;

  function perform(method: string, token: string | undefined, params: Params): WireAnswer {
    const isOpen = method === 'apps.connections.open';
    const handler = isOpen ? openConnection : methods[method];
    if (!handler) throw new SlackError('unknown_method');
    if (method !== 'api.test') checkToken(token, isOpen ? appToken : botToken, isOpen ? botToken : appToken);
    const wait = rates?.retryAfterSeconds(method, textParam(params, 'channel'));
    if (wait !== undefined) return rateLimited(wait);
    const { scopes } = state.workspace;
    return {
      status: 200,
      headers: { 'x-oauth-scopes': scopes.join(',') },
      body: { ok: true, ...handler(params, state) },
      result: 'ok',
    };
  }

  return async (request, response, method) => {
    const body = (await readBody(request)).toString('utf8');
    let params: Params = {};
    let unreadable: unknown;
    try {
      params = parseParams(request.headers['content-type'] ?? '', body);
    } catch (error) {
      unreadable = error;
    }
    const token = bearer(request) ?? textParam(params, 'token');
    const work = () =>
      refusalsAnswered(() => {
        if (unreadable) throw unreadable;
        return perform(method, token, params);
      });
    serveCall({ state, faults, request, response, method, params, work });
  };
}

function bearer(request: IncomingMessage): string | undefined {
  const match = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '');
  return match?.[1];
}

function checkToken(
  token: string | undefined,
  expected: string | undefined,
  other: string | undefined,
): void {
  if (token === undefined) throw new SlackError('not_authed');
  if (token === expected) return;
  throw new SlackError(token === other ? 'not_allowed_token_type' : 'invalid_auth');
}

/** Slack answers a refusal with status 200 and `ok: false`. */
function refusalsAnswered(work: () => WireAnswer): WireAnswer {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    return { status: 200, body: errorBody(error.code, error.details), result: error.code };
  }
}
