import { fileURLToPath } from 'node:url';
import { createEmptyTestResult, type Test, type TestResult } from '@jest/test-result';
import { formatResultsErrors } from 'jest-message-util';
import { CallbackTestRunner, type CallbackTestRunnerInterface } from 'jest-runner';
import { Worker } from 'jest-worker';
import type { FileRun, runFile } from './worker.ts';

/** What waits the longest begins first, or it would be waited for alone in the end; a fresh checkout knows no times yet. */
const isLong = ({ path }: Test) => /\.drawn\.ts$|\/year\/month\.test\.ts$/.test(path);

type RunTests = CallbackTestRunnerInterface['runTests'];

/**
 * Runs test files in processes of plain Node, each of which runs many, as the bot itself runs: one realm, TypeScript as it
 * is, and each module loaded once a process. Jest's own runner gives each file a realm and all modules anew, which took
 * most of the time of most files. What happens within a file is Jest's (jest-circus): hooks, limits of time, `each`.
 */
export default class PlainNodeRunner extends CallbackTestRunner {
  async runTests(...[tests, watcher, onStart, onResult, onFailure]: Parameters<RunTests>): Promise<void> {
    const { maxWorkers, testNamePattern } = this._globalConfig;
    const farm = new Worker(fileURLToPath(new URL('./worker.ts', import.meta.url)), {
      exposedMethods: ['runFile'],
      numWorkers: Math.min(maxWorkers, tests.length),
      forkOptions: { stdio: 'pipe' },
      // A file that ends its process has failed, whatever a second try would show.
      maxRetries: 0,
    }) as Worker & { runFile: typeof runFile };
    farm.getStdout()?.pipe(process.stdout);
    farm.getStderr()?.pipe(process.stderr);
    const left = [...tests.filter(isLong), ...tests.filter((test) => !isLong(test))];
    const line = async () => {
      for (let test = left.shift(); test !== undefined && !watcher.isInterrupted(); test = left.shift()) {
        try {
          await onStart(test);
          const { path, context } = test;
          const timeoutMs = context.config.testTimeout ?? 5_000;
          const pattern = testNamePattern === '' ? undefined : testNamePattern;
          const run = await farm.runFile({ path, timeoutMs, ...(pattern === undefined ? {} : { pattern }) });
          await onResult(test, this.#resultOf(test, run));
        } catch (error) {
          const { message, stack } = error instanceof Error ? error : new Error(String(error));
          await onFailure(test, { message, stack });
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(maxWorkers, tests.length) }, line));
    await farm.end();
  }

  #resultOf({ path, context: { config } }: Test, run: FileRun): TestResult {
    const count = (status: string) => run.results.filter((one) => one.status === status).length;
    return {
      ...createEmptyTestResult(),
      testFilePath: path,
      testResults: run.results,
      failureMessage: formatResultsErrors(run.results, config, this._globalConfig, path),
      numFailingTests: count('failed'),
      numPassingTests: count('passed'),
      numPendingTests: count('pending'),
      numTodoTests: count('todo'),
      perfStats: run.perfStats,
      ...(run.error === undefined
        ? {}
        : { testExecError: { message: '', stack: run.error }, failureMessage: run.error }),
    };
  }
}
