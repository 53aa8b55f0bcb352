import base from './jest.config.js';

/** The sandbox's page in Chromium, which `npm test` does without: it needs nothing but Node. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/**/*.browser.ts'],
  maxWorkers: 1,
  testTimeout: 120_000,
};
