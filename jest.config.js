/** ESM and TypeScript as they are: swc only strips the types, so that the tests run what Node runs. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  setupFiles: ['<rootDir>/test/one-realm.ts'],
  // Most of a journey is waiting for the simulated world, so more of them than cores run side by side.
  maxWorkers: 3,
  // Far above what any test needs: what waits for a condition says itself which one never came.
  testTimeout: 180_000,
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } },
    ],
  },
};
