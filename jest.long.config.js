import base from './jest.config.js';

/** What takes long, whole: all of it, or NAME alone, as `backup/kill`; of what is drawn, COUNT as SEED draws them. */
const { NAME = '', COUNT = 'Infinity' } = process.env;
process.env.COUNT = COUNT;

export default {
  ...base,
  testMatch: undefined,
  testRegex: `/test/.*${NAME}\\.(drawn|long)\\.ts$`,
  maxWorkers: 1,
  testTimeout: 900_000,
};
