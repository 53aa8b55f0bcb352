import { join } from 'node:path';

// Half of what a process needs to start is reading its code anew: the tests' processes and their bots share what was read.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/node-compile');

/** What the tests are run by: plain Node, as the bot is. */
export default {
  runner: '<rootDir>/test/runner/runner.ts',
  testMatch: ['<rootDir>/test/**/*.test.ts', '<rootDir>/test/**/*.drawn.ts'],
  transform: {},
  // Most of a journey is waiting for the simulated world, so more of them than cores run side by side.
  maxWorkers: 3,
  // Far above what any test needs: what waits for a condition says itself which one never came.
  testTimeout: 180_000,
};
