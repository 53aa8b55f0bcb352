import { type Build, parseBuildUrls } from '../../../src/core/cleanup/builds.ts';
import type { StillRunning } from '../../../src/core/cleanup/builds-api.ts';
import {
  type BuildState,
  leaveFinished,
  outcomeOf,
  resultsFile,
  resultsOf,
  stateInWords,
  summaryOf,
} from '../../../src/core/cleanup/results.ts';

const AT = 'https://ci.example.com';
const [one, two, three, four, five, six] = parseBuildUrls(
  [1, 2, 3, 4, 5, 6].map((n) => `${AT}/gh/acme/web/${n}`).join(' '),
  AT,
).builds as [Build, Build, Build, Build, Build, Build];

const results = (states: [Build, BuildState][]) => states.map(([build, state]) => ({ build, state }));

test('what is no longer running is left alone', () => {
  const states = new Map<string, StillRunning>([
    [one.url, 'running'],
    [two.url, 'not-running'],
    [three.url, 'unknown'],
  ]);
  expect(leaveFinished([one, two, three, four], states)).toEqual({
    rest: [one, three, four],
    finished: [{ build: two, state: { result: 'finished' } }],
  });
});

test('every build of the plan has a result', () => {
  const states = new Map<string, BuildState>([[two.url, { result: 'deleted' }]]);
  expect(resultsOf([one, two], states)).toEqual([
    { build: one, state: { result: 'not-tried' } },
    { build: two, state: { result: 'deleted' } },
  ]);
});

test.each<[string, BuildState['result'][], string]>([
  ['all deleted', ['deleted', 'deleted'], 'complete'],
  ['nothing was there', ['already-gone', 'finished'], 'complete'],
  ['one was seen gone later', ['deleted', 'gone'], 'complete'],
  ['one failed', ['deleted', 'failed'], 'partial'],
  ['stopped in between', ['deleted', 'not-tried'], 'partial'],
  ['all failed', ['failed', 'failed'], 'failed'],
  ['none tried', ['not-tried'], 'failed'],
])('the outcome where %s', (_, states, outcome) => {
  const made = states.map((result): [Build, BuildState] => [
    one,
    result === 'failed' ? { result, message: 'no' } : { result },
  ]);
  expect(outcomeOf(results(made))).toBe(outcome);
});

const all = results([
  [one, { result: 'deleted' }],
  [two, { result: 'already-gone' }],
  [three, { result: 'finished' }],
  [four, { result: 'failed', message: 'The console answered “x”.' }],
  [five, { result: 'not-tried' }],
  [six, { result: 'gone' }],
]);

test('the summary counts', () => {
  expect(summaryOf(all)).toBe(
    'Of 6 builds: 1 deleted and seen gone, 1 seen gone after an interruption, 1 not there, 1 no longer running and left alone, 1 failed and 1 not tried',
  );
  expect(summaryOf(all.slice(0, 1))).toBe('Of 1 build: 1 deleted and seen gone');
});

test('each result in words', () => {
  expect(all.map(({ state }) => stateInWords(state))).toEqual([
    'deleted, and seen gone',
    'was not there: gone already, or there never was such a build',
    'is no longer running, so it was left alone',
    'failed: The console answered “x”.',
    'was not tried',
    'is gone: it was seen so after an interruption of its deletion',
  ]);
});

test('the file has all of them, what needs somebody first', () => {
  expect(
    resultsFile({ runId: 'cl-1', target: 'prod', at: Date.UTC(2026, 10, 23, 3, 14), results: all }),
  ).toEqual({
    name: 'cl-1.txt',
    text: `Clean-up cl-1 of prod, 2026-11-23 03:14 UTC
Of 6 builds: 1 deleted and seen gone, 1 seen gone after an interruption, 1 not there, 1 no longer running and left alone, 1 failed and 1 not tried.

${AT}/gh/acme/web/4\tfailed: The console answered “x”.
${AT}/gh/acme/web/5\twas not tried
${AT}/gh/acme/web/3\tis no longer running, so it was left alone
${AT}/gh/acme/web/2\twas not there: gone already, or there never was such a build
${AT}/gh/acme/web/6\tis gone: it was seen so after an interruption of its deletion
${AT}/gh/acme/web/1\tdeleted, and seen gone
`,
  });
});
