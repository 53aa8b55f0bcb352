import { readConfig } from '../../../src/config/config.ts';
import { filesOf, LEAST } from '../environment.ts';

const TOKEN = 'circle-token';
const URL = 'https://ci.example.com';
const REMEDY = 'Set CIRCLECI_URL, for example CIRCLECI_URL=https://ci.example.com, or remove CIRCLECI_TOKEN.';

/** The lines between the first and the last of the message. */
function findings(env: Record<string, string>, yaml?: string): string[] {
  const file: Record<string, string> = yaml === undefined ? {} : { TARGETS_FILE: 'targets.yml' };
  const result = readConfig({ ...LEAST, ...file, ...env }, filesOf({ 'targets.yml': yaml ?? '' }));
  return result.ok ? ['accepted'] : result.message.split('\n').slice(2, -2);
}

test('a token of CircleCI’s API needs CircleCI’s address', () => {
  expect(findings({ CIRCLECI_TOKEN: TOKEN })).toEqual([
    `At 'CIRCLECI_TOKEN': set, and CIRCLECI_URL is not. ${REMEDY}`,
  ]);
});

test.each<[string, Record<string, string>, string]>([
  ['with its address', { CIRCLECI_TOKEN: TOKEN, CIRCLECI_URL: URL }, 'accepted'],
  ['an address alone', { CIRCLECI_URL: URL }, 'accepted'],
  ['neither', { CIRCLECI_TOKEN: ' ' }, 'accepted'],
  ['an address that is wrong', { CIRCLECI_TOKEN: TOKEN, CIRCLECI_URL: 'ci' }, "At 'CIRCLECI_URL': "],
  ['an address that is misspelled', { CIRCLECI_TOKEN: TOKEN, CIRCLECI_ULR: URL }, "At 'CIRCLECI_ULR': "],
])('%s: nothing more is said', (_what, env, begins) => {
  expect(findings(env)).toEqual([expect.stringMatching(new RegExp(`^${begins}`))]);
});

const TARGETS = `targets:
  - name: a
    CIRCLECI_URL: ${URL}
  - name: b
    CIRCLECI_TOKEN: token-of-b
  - name: c
  - name: d
    CIRCLECI_URL: {a: b}
`;

test('a target’s own token needs its address, and one for all needs that of each', () => {
  const unread =
    "At 'targets.yml', line 8: CIRCLECI_URL is neither a text nor a list of texts. Write it as in the environment.";
  const own = `At 'CIRCLECI_TOKEN' of target "b" (targets.yml, line 5): set, and CIRCLECI_URL is not. ${REMEDY}`;
  expect(findings({}, TARGETS)).toEqual([own, unread]);
  expect(findings({ CIRCLECI_TOKEN: TOKEN }, TARGETS)).toEqual([
    `At 'CIRCLECI_TOKEN': set for all, and CIRCLECI_URL is not set for "c". ${REMEDY}`,
    own,
    unread,
  ]);
  expect(findings({ CIRCLECI_TOKEN: TOKEN, CIRCLECI_URL: URL }, TARGETS)).toEqual([unread]);
});

test('folders of the machine need a way to log in to it', () => {
  const remedy =
    'Set SSH_PRIVATE_KEY_FILE, for example SSH_PRIVATE_KEY_FILE=/run/secrets/services_key, or remove FILES_PATHS.';
  expect(findings({ FILES_PATHS: '/data/objects' })).toEqual([
    `At 'FILES_PATHS': set, and SSH_PRIVATE_KEY_FILE is not. ${remedy}`,
  ]);
  expect(findings({ STORAGE: 'external' })).toEqual(['accepted']);
});
