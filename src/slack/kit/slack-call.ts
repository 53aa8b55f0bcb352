import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';

/**
 * What is known after a call to Slack. `not-done` is certain, `unknown` is not: the answer was lost, and the message
 * may stand in the channel.
 */
export type CallResult<T> =
  | { kind: 'ok'; value: T }
  | { kind: 'limited'; afterMs: number }
  | { kind: 'not-done'; code: string }
  | { kind: 'unknown'; code: string }
  | { kind: 'refused'; code: string; details: readonly string[] };

/** Errors of a connection that was never made: nothing can have reached Slack. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
/** Slack says of these that part of the work may have been done. */
const MAYBE_DONE = new Set(['fatal_error', 'internal_error', 'request_timeout']);
/** What Slack's codes look like; where a proxy answered with a page, the SDK gives that as the code. */
const CODE = /^[A-Za-z][\w.:-]{0,99}$/;
const LATER = new Set(['service_unavailable', 'team_added_to_org', 'accesslimited']);

/** Makes a call and tells apart what may be repeated, what must not be, and what never will work. Never rejects. */
export async function callSlack<T>(call: () => Promise<T>): Promise<CallResult<T>> {
  try {
    return { kind: 'ok', value: await call() };
  } catch (error) {
    return resultOf(error);
  }
}

function resultOf(error: unknown): Exclude<CallResult<never>, { kind: 'ok' }> {
  if (error instanceof WebAPIRateLimitedError) return { kind: 'limited', afterMs: error.retryAfter * 1000 };
  if (error instanceof WebAPIPlatformError) {
    const code = error.data.error;
    if (!CODE.test(code)) return { kind: 'unknown', code: 'not an answer of Slack' };
    if (MAYBE_DONE.has(code)) return { kind: 'unknown', code };
    if (LATER.has(code)) return { kind: 'not-done', code };
    if (code === 'ratelimited' || code === 'rate_limited') return { kind: 'limited', afterMs: 5_000 };
    return { kind: 'refused', code, details: error.data.response_metadata?.messages ?? [] };
  }
  // 503 is Slack's "not now", before anything was done; other 5xx may come after.
  if (error instanceof WebAPIHTTPError) {
    const code = `http ${error.statusCode}`;
    return error.statusCode === 503 || error.statusCode < 500
      ? { kind: 'not-done', code }
      : { kind: 'unknown', code };
  }
  if (error instanceof WebAPIRequestError) {
    const code = networkCode(error.original);
    return NEVER_SENT.has(code) ? { kind: 'not-done', code } : { kind: 'unknown', code };
  }
  // An answer that breaks off is thrown as it comes from fetch.
  return { kind: 'unknown', code: networkCode(error) };
}

/** fetch hides the network's code one or two causes deep. */
function networkCode(error: unknown): string {
  let at: unknown = error;
  for (let depth = 0; depth < 5 && typeof at === 'object' && at !== null; depth += 1) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    at = 'cause' in at ? at.cause : undefined;
  }
  return 'no answer';
}
