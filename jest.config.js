/** ESM and TypeScript as they are: swc only strips the types, so that the tests run what Node runs. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // Most of a journey is waiting for the simulated world, so more of them than cores run side by side.
  maxWorkers: 3,
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } },
    ],
  },
};
