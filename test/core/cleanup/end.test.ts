import { type Build, parseBuildUrls } from '../../../src/core/cleanup/builds.ts';
import { cleanupEnd, needsFile } from '../../../src/core/cleanup/end.ts';
import type { BuildState } from '../../../src/core/cleanup/results.ts';
import type { Problem } from '../../../src/core/problems/problem.ts';

const AT = 'https://ci.example.com';
const run = { target: 'prod', startedAt: 1, canList: true };

function results(...states: BuildState[]) {
  const urls = states.map((_, n) => `${AT}/gh/acme/web/${n + 1}`).join(' ');
  const builds: Build[] = parseBuildUrls(urls, AT).builds;
  return builds.map((build, n) => ({ build, state: states[n] ?? { result: 'not-tried' as const } }));
}

const deleted: BuildState = { result: 'deleted' };
const failed: BuildState = { result: 'failed', message: 'The console answered “x”.' };
const left: BuildState = { result: 'not-tried' };

test('all gone is done, with each build', () => {
  expect(cleanupEnd(run, results(deleted, { result: 'finished' }))).toEqual({
    outcome: 'done',
    headline: 'The builds of prod are cleaned up',
    facts: [['Seen gone', '1 of 2 builds']],
    lines: [
      'Of 2 builds: 1 deleted and seen gone and 1 no longer running and left alone.',
      'gh/acme/web/1: deleted, and seen gone',
      'gh/acme/web/2: is no longer running, so it was left alone',
    ],
    warnings: [],
    startedAt: 1,
  });
});

test('without a token for the API nobody is sent to a list that it cannot make', () => {
  const end = cleanupEnd({ ...run, canList: false }, results(deleted, left));
  expect(end.lines.at(-1)).toBe(
    'To go on with what is left: /circleci-backup cleanup prod and the addresses.',
  );
});

test('what was not there is not counted as seen to go', () => {
  const end = cleanupEnd(run, results(deleted, { result: 'gone' }, { result: 'already-gone' }));
  expect(end.facts).toEqual([['Seen gone', '2 of 3 builds']]);
  const none = cleanupEnd(run, results({ result: 'already-gone' }, { result: 'finished' }));
  expect(none.facts).toEqual([['Seen gone', '0 of 2 builds']]);
});

test('what was not there is asked about once, however many it were', () => {
  const gone: BuildState = { result: 'already-gone' };
  const end = cleanupEnd(run, results(gone, gone));
  expect(end).toMatchObject({ outcome: 'done', headline: 'The clean-up of prod found nothing to delete' });
  expect(end.lines.filter((line) => line.endsWith('?'))).toEqual([
    'Where a build was not there: is its address written as CircleCI shows it, with the same capital letters in organization and project?',
  ]);
  expect(cleanupEnd(run, results(deleted, { result: 'finished' })).lines.join()).not.toContain('?');
});

test.each<[string, BuildState[], string, string]>([
  ['some left', [deleted, failed, left], 'partly', 'The clean-up of prod is PARTIAL: 2 of 3 builds are left'],
  ['one left', [deleted, failed], 'partly', 'The clean-up of prod is PARTIAL: 1 of 2 builds is left'],
  ['all left', [failed, left], 'failed', 'The clean-up of prod FAILED: all 2 builds are left'],
  ['the one left', [failed], 'failed', 'The clean-up of prod FAILED: the build is left'],
])('%s', (_what, states, outcome, headline) => {
  const end = cleanupEnd(run, results(...states));
  expect(end).toMatchObject({ outcome, headline });
  expect(end.lines.at(-1)).toContain('/circleci-backup cleanup stuck prod');
});

test('what ended it is told, but a wish to stop is no problem', () => {
  const problem = { code: 'console-not-opened', afterMs: 1, last: '' } as const;
  expect(cleanupEnd(run, results(left), problem)).toMatchObject({ outcome: 'failed', problem });
  const canceled: Problem = { code: 'canceled', by: 'UBEN', snapshotIds: [] };
  const end = cleanupEnd(run, results(deleted, left), canceled);
  expect(end).toMatchObject({
    outcome: 'canceled',
    headline: 'The clean-up of prod was canceled: 1 of 2 builds was not tried',
  });
  expect(end).not.toHaveProperty('problem');
});

test('more than twenty, and what is too long for a message, come as a file', () => {
  expect(needsFile(results(...Array<BuildState>(20).fill(deleted)))).toBe(false);
  const many = results(...Array<BuildState>(21).fill(deleted));
  expect(needsFile(many)).toBe(true);
  expect(cleanupEnd(run, many).lines).toEqual([
    'Of 21 builds: 21 deleted and seen gone.',
    'Each build’s result is in the file in the thread.',
  ]);
  const long: BuildState = { result: 'failed', message: 'x'.repeat(300) };
  expect(needsFile(results(long, long))).toBe(false);
  expect(needsFile(results(...Array<BuildState>(9).fill(long)))).toBe(true);
});
