import type { Clock } from '../../core/ports/clock.ts';
import type { UnreadableAnswer } from '../../core/problems/builds-api.ts';
import { type Problem, ProblemError } from '../../core/problems/problem.ts';
import { durationInWords } from '../../core/text/words.ts';
import { backoffMs } from '../../core/time/backoff.ts';
import { networkCode, UNTRUSTED } from './network-code.ts';

const TRIES = 5;
const DELAY = { firstMs: 1_000, longestMs: 60_000 };
/** A page of builds has a tenth of it; to parse more at once would hold everything else. */
const LARGEST_ANSWER_BYTES = 4 * 1024 * 1024;

export interface GetJsonDeps {
  fetch: typeof fetch;
  clock: Clock;
  /** Scheme and host. */
  circleciUrl: string;
  /** Secret: it stands in one header and nowhere else. */
  token: string;
  /** How long one answer may take, in wall ms. */
  timeoutMs?: number;
}

/** Gets `path` and parses it. Rejects with a `builds-api-…` problem, or with the signal's reason. */
export type GetJson = (path: string, signal: AbortSignal) => Promise<unknown>;

/** What one try brought: an answer, or a trouble that may heal. */
type Try = { json: unknown } | { trouble: string; status?: number; afterMs?: number };

/**
 * Asks again, up to five times with growing pauses, where CircleCI is busy or away: 429, 5xx and whatever the network does.
 * A redirect is not followed: the token would go along.
 */
export function createGetJson(deps: GetJsonDeps): GetJson {
  const { clock, token, timeoutMs = 30_000 } = deps;

  async function tryOnce(url: string, path: string, signal: AbortSignal): Promise<Try> {
    const inTime = AbortSignal.timeout(timeoutMs);
    try {
      const response = await deps.fetch(`${deps.circleciUrl}${path}`, {
        headers: { accept: 'application/json', 'circle-token': token },
        redirect: 'manual',
        signal: AbortSignal.any([signal, inTime]),
      });
      const { status } = response;
      if (status === 200) return { json: parse(url, await readText(url, response)) };
      await response.body?.cancel();
      if (status === 401 || status === 403)
        throw new ProblemError({ code: 'builds-api-refused', url, status });
      if (status !== 429 && status < 500) throw new ProblemError({ code: 'builds-api-failed', url, status });
      return { trouble: `HTTP ${status}`, status, ...askedToWait(response) };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ProblemError) throw error;
      if (inTime.aborted) return { trouble: `no answer within ${durationInWords(timeoutMs)}` };
      const code = networkCode(error);
      if (code === undefined) throw error;
      if (UNTRUSTED.has(code)) {
        throw new ProblemError({ code: 'builds-api-untrusted', url, last: code }, { cause: error });
      }
      return { trouble: code };
    }
  }

  return async (path, signal) => {
    const url = `${deps.circleciUrl}${path.replace(/\?.*/, '')}`;
    const since = clock.now();
    for (let attempt = 1; ; attempt += 1) {
      signal.throwIfAborted();
      const answer = await tryOnce(url, path, signal);
      if ('json' in answer) return answer.json;
      if (attempt === TRIES) throw new ProblemError(gaveUp(url, answer, clock.now() - since));
      const pauseMs = answer.afterMs ?? backoffMs(attempt, DELAY);
      await clock.sleep(Math.min(pauseMs, DELAY.longestMs), signal);
    }
  };
}

function gaveUp(
  url: string,
  { trouble, status }: { trouble: string; status?: number },
  sinceMs: number,
): Problem {
  return status === undefined
    ? { code: 'builds-api-unreachable', url, sinceMs, last: trouble }
    : { code: 'builds-api-failed', url, status };
}

function askedToWait(response: Response): { afterMs?: number } {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return seconds >= 0 ? { afterMs: seconds * 1_000 } : {};
}

async function readText(url: string, response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the body.
    if (bytes > LARGEST_ANSWER_BYTES) throw unreadable(url, 'too-large');
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parse(url: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (/^\s*</.test(text)) throw unreadable(url, 'html');
    throw unreadable(url, /^\s*(?:\(|\[\s*\{\s*:|\{\s*:)/.test(text) ? 'edn' : 'no-json');
  }
}

function unreadable(url: string, why: UnreadableAnswer): ProblemError {
  return new ProblemError({ code: 'builds-api-unreadable', url, why });
}
