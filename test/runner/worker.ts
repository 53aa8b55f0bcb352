import { flushCompileCache } from 'node:module';
import { pathToFileURL } from 'node:url';
import { jestExpect } from '@jest/expect';
import type { AssertionResult, TestResult } from '@jest/test-result';
import type { Circus } from '@jest/types';
import * as circus from 'jest-circus';

/** A test file, and how it is to be run. */
export interface FileToRun {
  path: string;
  /** ms, where a test says nothing else. */
  timeoutMs: number;
  /** Only tests whose full name matches it. */
  pattern?: string;
}

export interface FileRun extends Pick<TestResult, 'perfStats'> {
  results: AssertionResult[];
  /** What nobody caught while no test ran; the file has failed. */
  error?: string;
}

/** ms above which the reporter names a file's time. */
const SLOW_MS = 5_000;

const { afterAll, afterEach, beforeAll, beforeEach, describe, it, test } = circus;
Object.assign(globalThis, {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  it,
  test,
  expect: jestExpect,
});

circus.addEventHandler((event) => {
  if (event.name === 'test_start')
    jestExpect.setState({ suppressedErrors: [], currentTestName: namesOf(event.test).join(' ') });
  if (event.name !== 'test_done') return;
  const { suppressedErrors } = jestExpect.getState();
  const unmet = jestExpect.extractExpectedAssertionsErrors().map(({ error }) => error);
  event.test.errors.push(...suppressedErrors, ...unmet);
});

// What nobody caught fails the test that runs, else its file: it is never lost.
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error) => {
    const { currentlyRunningTest, unhandledErrors } = circus.getState();
    (currentlyRunningTest?.errors ?? unhandledErrors).push(error instanceof Error ? error : String(error));
  });
}

/** Runs one file in this process, after and before others. */
export async function runFile({ path, timeoutMs, pattern }: FileToRun): Promise<FileRun> {
  const start = Date.now();
  circus.resetState();
  jestExpect.setState({ testPath: path });
  await import(pathToFileURL(path).href);
  const state = circus.getState();
  state.testTimeout = timeoutMs;
  state.testNamePattern = pattern === undefined ? null : new RegExp(pattern, 'i');
  const loadTestEnvironmentEnd = Date.now();
  const { testResults, unhandledErrors } = await circus.run();
  const end = Date.now();
  return {
    perfStats: {
      start,
      end,
      runtime: end - start,
      slow: end - start > SLOW_MS,
      loadTestEnvironmentStart: start,
      loadTestEnvironmentEnd,
      setupFilesStart: start,
      setupFilesEnd: start,
      setupAfterEnvStart: start,
      setupAfterEnvEnd: start,
    },
    results: testResults.map(toAssertion),
    ...(unhandledErrors.length > 0 && { error: unhandledErrors.join('\n\n') }),
  };
}

/** Called before the process ends: the next one starts with what this one has read. */
export function teardown(): void {
  flushCompileCache();
}

function toAssertion(result: Circus.TestResult): AssertionResult {
  const [, ...names] = result.testPath.map(String);
  const ended = result.errors.length > 0 ? 'failed' : 'passed';
  return {
    ancestorTitles: names.slice(0, -1),
    title: names.at(-1) ?? '',
    fullName: names.join(' '),
    status: { skip: 'pending' as const, todo: 'todo' as const, done: ended as 'failed' | 'passed' }[
      result.status
    ],
    duration: result.duration ?? null,
    failureDetails: [],
    failureMessages: result.errors,
    numPassingAsserts: result.numPassingAsserts,
    location: result.location ?? null,
    invocations: result.invocations,
  };
}

function namesOf(test: Circus.TestEntry): string[] {
  const names = [test.name];
  for (let block = test.parent; block.parent !== undefined; block = block.parent) names.unshift(block.name);
  return names;
}
