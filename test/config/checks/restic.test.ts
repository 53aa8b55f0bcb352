import { readConfig } from '../../../src/config/config.ts';
import { filesOf, LEAST } from '../environment.ts';
import { newPrivateKey } from '../private-keys.ts';

const NEEDED = {
  ...LEAST,
  SSH_PRIVATE_KEY_FILE: '/keys/services',
  FILES_PATHS: '/data/objects',
  RESTIC_REPOSITORY: 's3:https://s3.example.com/files',
  RESTIC_PASSWORD_FILE: '/keys/restic',
};
const FILES = { '/keys/services': newPrivateKey(), '/keys/restic': ' correct-horse-battery\n' };

function problems(env: Record<string, string>, files: Record<string, string> = {}): string {
  const read = readConfig(env, filesOf({ ...FILES, ...files }));
  return read.ok ? 'accepted' : read.message;
}
const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(NEEDED).filter(([name]) => !names.includes(name)));

test('all of it arrives, and its secrets are known as such', () => {
  const read = readConfig(
    {
      ...NEEDED,
      RESTIC_CREDENTIALS_FILE: '/keys/backend',
      RESTIC_DOWNLOAD_URL: 'https://mirror.example.com/restic.bz2',
      RESTIC_DOWNLOAD_SHA256: 'a'.repeat(64),
      FILES_TIMEOUT: '3h',
      FILES_CHECK_WITHIN: '14d',
      FILES_UPLOAD_LIMIT: '2048',
    },
    filesOf({
      ...FILES,
      '/keys/backend':
        '# ours\n\nAWS_ACCESS_KEY_ID=AKIA00000000\nexport AWS_SECRET_ACCESS_KEY="abc def=0123"\nAWS_DEFAULT_REGION=eu-west-1\n',
    }),
  );
  if (!read.ok) throw new Error(read.message);
  expect(read.config.targets[0]?.restic).toEqual({
    repository: 's3:https://s3.example.com/files',
    password: 'correct-horse-battery',
    environment: {
      AWS_ACCESS_KEY_ID: 'AKIA00000000',
      AWS_SECRET_ACCESS_KEY: 'abc def=0123',
      AWS_DEFAULT_REGION: 'eu-west-1',
    },
    path: 'restic',
    timeoutMs: 3 * 3_600_000,
    pruneEveryMs: 7 * 24 * 3_600_000,
    checkWithinMs: 14 * 24 * 3_600_000,
    uploadLimitKiB: 2048,
    download: { url: 'https://mirror.example.com/restic.bz2', sha256: 'a'.repeat(64) },
  });
  expect(read.config.secrets).toEqual(expect.arrayContaining(['correct-horse-battery', 'abc def=0123']));
  expect(read.config.secrets).not.toContain('eu-west-1');
});

test('without a repository there is none, and a target has its own', () => {
  const plain = readConfig(LEAST, filesOf({}));
  expect(plain.ok && plain.config.targets[0]).not.toHaveProperty('restic');
  const yaml = 'targets:\n  - name: prod\n    RESTIC_REPOSITORY: /mnt/own\n  - name: test\n';
  const read = readConfig({ ...NEEDED, TARGETS_FILE: 't.yml' }, filesOf({ ...FILES, 't.yml': yaml }));
  if (!read.ok) throw new Error(read.message);
  expect(read.config.targets.map(({ restic }) => restic?.repository)).toEqual([
    '/mnt/own',
    's3:https://s3.example.com/files',
  ]);
});

test.each([
  [without('RESTIC_PASSWORD_FILE'), `At 'RESTIC_REPOSITORY': set, and RESTIC_PASSWORD_FILE is not.`],
  [without('RESTIC_REPOSITORY'), `At 'RESTIC_PASSWORD_FILE': set, and RESTIC_REPOSITORY is not.`],
  [without('FILES_PATHS'), `At 'RESTIC_REPOSITORY': set, and FILES_PATHS is not.`],
  [
    { ...NEEDED, RESTIC_DOWNLOAD_URL: 'https://mirror.example.com/r' },
    `At 'RESTIC_DOWNLOAD_URL': set, and RESTIC_DOWNLOAD_SHA256 is not.`,
  ],
  [{ ...LEAST, FILES_TIMEOUT: '3h' }, `At 'FILES_TIMEOUT': set, and RESTIC_REPOSITORY is not.`],
  [
    { ...NEEDED, RESTIC_REPOSITORY: 'rest:https://me:secret-word@rest.example.com/' },
    'holds a user name or password. Put them into RESTIC_CREDENTIALS_FILE',
  ],
  [{ ...NEEDED, RESTIC_REPOSITORY: '--no-lock' }, 'begins with a hyphen'],
  [{ ...NEEDED, RESTIC_PASSWORD_FILE: '/keys/none' }, 'the file cannot be read: there is no such file.'],
  [{ ...NEEDED, RESTIC_PATH: 'restic; id' }, 'is not a path'],
])('%j is refused', (env, words) => {
  expect(problems(env)).toContain(words);
});

test.each([
  ['', 'is empty'],
  ['a\nb\n', 'has more than one line'],
  ['abc', 'too short to be kept out of logs'],
])('a password file with %j is refused', (text, words) => {
  expect(problems(NEEDED, { '/keys/restic': text })).toContain(words);
});

test.each(['LD_PRELOAD=/x.so', 'AWS_SECRET_ACCESS_KEY=', 'PATH=/tmp', 'hello', 'RESTIC_REPOSITORY=/y'])(
  'a line %j among the credentials is refused, and not shown',
  (line) => {
    const said = problems({ ...NEEDED, RESTIC_CREDENTIALS_FILE: '/keys/b' }, { '/keys/b': `# x\n${line}\n` });
    expect(said).toContain('says nothing in line 2 that restic’s backends ask for');
    expect(said).not.toContain(line);
  },
);
