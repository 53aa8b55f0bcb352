import base from './jest.config.js';

/** What simulates a year and takes minutes for it; `npm test` has a month of the same. */
export default { ...base, testMatch: ['<rootDir>/test/**/*.long.ts'], maxWorkers: 1, testTimeout: 600_000 };
