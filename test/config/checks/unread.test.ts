import { readConfig } from '../../../src/config/config.ts';
import { filesOf, LEAST } from '../environment.ts';

test.each(['DRILL_SCHEDULE', 'COPY_TO', 'LOCK_DAYS', 'ALERT_URL'])(
  '%s, which nothing reads, is refused in the environment and in the targets file',
  (name) => {
    const inEnvironment = readConfig({ ...LEAST, [name]: '/x' }, filesOf({}));
    expect(inEnvironment.ok ? '' : inEnvironment.message).toContain(
      `At '${name}': nothing reads it: this version `,
    );
    const yaml = `targets:\n  - name: prod\n    ${name}: /x\n`;
    const inFile = readConfig({ ...LEAST, TARGETS_FILE: 't.yml' }, filesOf({ 't.yml': yaml }));
    expect(inFile.ok ? '' : inFile.message).toContain(`${name}: nothing reads it: this version `);
  },
);

test('an empty one, as .env files are full of them, is none', () => {
  expect(readConfig({ ...LEAST, COPY_TO: ' ' }, filesOf({})).ok).toBe(true);
});

test('a needed setting that a comment has swallowed is told as empty', () => {
  const read = readConfig({ ...LEAST, BACKUP_CHANNEL: '' }, filesOf({}));
  expect(read.ok ? '' : read.message).toContain("At 'BACKUP_CHANNEL': empty (in .env, # begins a comment");
});
