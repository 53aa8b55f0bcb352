import { durationInWords } from '../text/words.ts';
import type { Explanations } from './explanation.ts';

/** What can go wrong with CircleCI's API; `url` is scheme, host and path. */
export type BuildsApiProblem =
  | { code: 'builds-api-unreachable'; url: string; sinceMs: number; last: string }
  | { code: 'builds-api-untrusted'; url: string; last: string }
  | { code: 'builds-api-refused'; url: string; status: number }
  | { code: 'builds-api-failed'; url: string; status: number }
  | { code: 'builds-api-unreadable'; url: string; why: UnreadableAnswer };

/** `edn`: Clojure's own notation, which CircleCI answers without `Accept: application/json`. */
export type UnreadableAnswer = 'edn' | 'html' | 'no-json' | 'no-list' | 'too-large';

const BY_URL =
  'Or type the builds’ addresses behind /circleci-backup cleanup: those are cleaned up without the API.';

const ANSWERED: Record<UnreadableAnswer, string> = {
  edn: 'is Clojure data instead of JSON',
  html: 'is a web page instead of JSON',
  'no-json': 'is not JSON',
  'no-list': 'is not a list of builds',
  'too-large': 'is larger than any list of builds',
};

export const BUILDS_API_PROBLEMS: Explanations<BuildsApiProblem> = {
  'builds-api-unreachable': ({ url, sinceMs, last }) => ({
    reason: `CircleCI’s API does not answer at ${url}, for ${durationInWords(sinceMs)}: ${last}.`,
    next: `See that CircleCI runs, and that the bot reaches CIRCLECI_URL. ${BY_URL}`,
  }),
  'builds-api-untrusted': ({ url, last }) => ({
    reason: `The certificate at ${url} is not trusted: ${last}.`,
    next: `Set NODE_EXTRA_CA_CERTS to a file with the certificate of its authority, and start the bot again. ${BY_URL}`,
  }),
  'builds-api-refused': ({ url, status }) => ({
    reason: `CircleCI’s API did not take the bot’s token at ${url} (HTTP ${status}).`,
    next: `Make a token in CircleCI’s account settings, set CIRCLECI_TOKEN to it, and start the bot again. ${BY_URL}`,
  }),
  'builds-api-failed': ({ url, status }) => ({
    reason: `CircleCI’s API answered HTTP ${status} at ${url}.`,
    next: `See that CIRCLECI_URL is scheme and host of CircleCI as its settings page has them. ${BY_URL}`,
  }),
  'builds-api-unreadable': ({ url, why }) => ({
    reason: `What CircleCI’s API answered at ${url} ${ANSWERED[why]}.`,
    next: `See that CIRCLECI_URL leads to CircleCI, and not to a page in front of it. ${BY_URL}`,
  }),
};
