import type { BuildsApiProblem } from '../../../src/core/problems/builds-api.ts';
import type { ConsoleProblem } from '../../../src/core/problems/console.ts';

const api = 'https://ci.example.com/api/v1.1/recent-builds';
const byUrl =
  'Or type the builds’ addresses behind /circleci-backup cleanup: those are cleaned up without the API.';
const build = 'https://ci.example.com/gh/acme/web/7';

/** The sentences of the dev-console and of CircleCI's API, pinned. */
export const CLEANUP_SENTENCES: {
  [C in (BuildsApiProblem | ConsoleProblem)['code']]: [
    what: string,
    problem: Extract<BuildsApiProblem | ConsoleProblem, { code: C }>,
    reason: string,
    next: string,
  ][];
} = {
  'builds-api-unreachable': [
    [
      'refused',
      { code: 'builds-api-unreachable', url: api, sinceMs: 15_000, last: 'ECONNREFUSED' },
      `CircleCI’s API does not answer at ${api}, for 15 s: ECONNREFUSED.`,
      `See that CircleCI runs, and that the bot reaches CIRCLECI_URL. ${byUrl}`,
    ],
  ],
  'builds-api-untrusted': [
    [
      'self-signed',
      { code: 'builds-api-untrusted', url: api, last: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
      `The certificate at ${api} is not trusted: DEPTH_ZERO_SELF_SIGNED_CERT.`,
      `Set NODE_EXTRA_CA_CERTS to a file with the certificate of its authority, and start the bot again. ${byUrl}`,
    ],
  ],
  'builds-api-refused': [
    [
      'the token',
      { code: 'builds-api-refused', url: api, status: 401 },
      `CircleCI’s API did not take the bot’s token at ${api} (HTTP 401).`,
      `Make a token in CircleCI’s account settings, set CIRCLECI_TOKEN to it, and start the bot again. ${byUrl}`,
    ],
  ],
  'builds-api-failed': [
    [
      'elsewhere',
      { code: 'builds-api-failed', url: api, status: 404 },
      `CircleCI’s API answered HTTP 404 at ${api}.`,
      `See that CIRCLECI_URL is scheme and host of CircleCI as its settings page has them. ${byUrl}`,
    ],
  ],
  'builds-api-unreadable': (
    [
      ['edn', 'is Clojure data instead of JSON'],
      ['html', 'is a web page instead of JSON'],
      ['no-json', 'is not JSON'],
      ['no-list', 'is not a list of builds'],
      ['too-large', 'is larger than any list of builds'],
    ] as const
  ).map(([why, words]) => [
    why,
    { code: 'builds-api-unreadable', url: api, why },
    `What CircleCI’s API answered at ${api} ${words}.`,
    `See that CIRCLECI_URL leads to CircleCI, and not to a page in front of it. ${byUrl}`,
  ]),
  'console-not-opened': [
    [
      'with a last line',
      { code: 'console-not-opened', afterMs: 600_000, last: 'Connecting to nREPL at 127.0.0.1:6005' },
      'The dev-console did not show its prompt “user=>” within 10 min. It printed: “Connecting to nREPL at 127.0.0.1:6005”. Nothing was sent to it.',
      'See whether it opens by hand on the Services machine. If it only takes longer, raise DEV_CONSOLE_TIMEOUT; if another command opens it, set DEV_CONSOLE_COMMAND.',
    ],
    [
      'with nothing',
      { code: 'console-not-opened', afterMs: 600_000, last: '' },
      'The dev-console did not show its prompt “user=>” within 10 min. Nothing was sent to it.',
      'See whether it opens by hand on the Services machine. If it only takes longer, raise DEV_CONSOLE_TIMEOUT; if another command opens it, set DEV_CONSOLE_COMMAND.',
    ],
  ],
  'console-ended': [
    [
      'no such command',
      {
        code: 'console-ended',
        during: 'circleci dev-console',
        last: '-bash: circleci: command not found',
      },
      'The dev-console ended during “circleci dev-console”. It printed: “-bash: circleci: command not found”.',
      'See whether it opens by hand on the Services machine, with the command in DEV_CONSOLE_COMMAND, then try again: it looks first at what was done already.',
    ],
  ],
  'console-silent': [
    [
      'a deletion',
      { code: 'console-silent', during: `delete ${build}`, afterMs: 60_000, last: '' },
      `The dev-console gave no answer to “delete ${build}” within 1 min. Whether it was carried out is not known.`,
      'Look at the Services machine’s load and at CircleCI’s log, then try again: it looks first at what was done already.',
    ],
  ],
  'console-unclear': [
    [
      'an exception',
      { code: 'console-unclear', url: build, answer: 'Execution error (MongoException) at circle.db/find' },
      `The dev-console did not say clearly whether ${build} is there. It printed: “Execution error (MongoException) at circle.db/find”.`,
      'Look at the build in CircleCI, then try again.',
    ],
  ],
  'console-out-of-step': [
    [
      'any',
      { code: 'console-out-of-step', url: build },
      `The dev-console said first that ${build} is gone and then that it is there: its answers no longer belong to what was asked. It was closed.`,
      'Look at the build in CircleCI, then try again: a new console looks first at what was done already.',
    ],
  ],
};
