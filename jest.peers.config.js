import base from './jest.config.js';

/** What needs other people's servers (Debian's OpenSSH) and root, which `npm test` does without. */
export default { ...base, testMatch: ['<rootDir>/test/**/*.peers.ts'], maxWorkers: 1 };
