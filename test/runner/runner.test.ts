import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tempFolder } from '../store/temp-folder.ts';

const JEST = join(import.meta.dirname, '../../node_modules/jest/bin/jest.js');

/** Test files, and what a runner must say of each: how many of its tests passed, failed and were left out. */
const FILES: Record<string, [text: string, passed: number, failed: number, pending: number]> = {
  'passes.js': [`test('a', () => expect(1).toBe(1)); test('b', async () => {});`, 2, 0, 0],
  'fails.js': [`test('a', () => expect(1).toBe(2)); test('b', () => {});`, 1, 1, 0],
  'late.js': [`test('a', () => new Promise(() => {}), 50);`, 0, 1, 0],
  'before-all.js': [`beforeAll(() => { throw new Error('no'); }); test('a', () => {});`, 0, 1, 0],
  'after-each.js': [`afterEach(() => { throw new Error('no'); }); test('a', () => {});`, 0, 1, 0],
  'rejects-unseen.js': [
    `test('a', async () => { Promise.reject(new Error('no')); await new Promise((r) => setTimeout(r, 20)); });`,
    0,
    1,
    0,
  ],
  'throws-unseen.js': [
    `test('a', async () => { setTimeout(() => { throw new Error('no'); }); await new Promise((r) => setTimeout(r, 50)); });`,
    0,
    1,
    0,
  ],
  'expects-more.js': [`test('a', () => { expect.assertions(1); });`, 0, 1, 0],
  'only.js': [`test.only('a', () => {}); test('b', () => {});`, 1, 0, 1],
};
/** Those that have no results, and failed as a file. */
const BROKEN: Record<string, string> = {
  'does-not-load.js': `throw new Error('no');`,
  'ends-the-process.js': `test('a', () => process.exit(0));`,
  'is-empty.js': '',
};

it('tells of each test what came of it, and of each file that it failed', async () => {
  const { folder, remove } = tempFolder();
  try {
    for (const [name, [text]] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
    for (const [name, text] of Object.entries(BROKEN)) writeFileSync(join(folder, name), text);
    const runner = join(import.meta.dirname, 'runner.ts');
    const config = { rootDir: folder, runner, testMatch: ['**/*.js'], transform: {}, maxWorkers: 2 };
    writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
    const args = [JEST, '--json', '--config', join(folder, 'config.json')];
    const said = await promisify(execFile)(process.execPath, args).then(
      () => '',
      ({ stdout }) => String(stdout),
    );
    const results: { name: string; message: string; assertionResults: { status: string }[] }[] =
      JSON.parse(said).testResults;
    const seen = results.map(({ name, message, assertionResults }) => {
      const count = (wanted: string) => assertionResults.filter(({ status }) => status === wanted).length;
      const file = name.slice(folder.length + 1);
      return [file, count('passed'), count('failed'), count('pending'), message !== ''];
    });
    expect(seen.sort()).toEqual(
      [
        ...Object.entries(FILES).map(([name, [, ...counts]]) => [name, ...counts, counts[1] > 0]),
        ...Object.keys(BROKEN).map((name) => [name, 0, 0, 0, true]),
      ].sort(),
    );
  } finally {
    remove();
  }
});
