import type { ResticTask } from '../../../src/core/ports/restic.ts';
import { resticCommand, taskArgs } from '../../../src/gateways/restic/commands.ts';

const LIST = '/run/circleci-backup/bk-1.files.1/list';

it('names the repository, and takes the password from standard input', () => {
  expect(
    resticCommand({ path: 'restic', repository: 's3:https://s3.example.com/ci' }, 'cat', 'config'),
  ).toEqual([
    'restic',
    '--repo',
    's3:https://s3.example.com/ci',
    '--password-file',
    '/dev/stdin',
    '--cache-dir',
    '/var/cache/circleci-backup/restic',
    'cat',
    'config',
  ]);
});

it.each<[ResticTask, number | undefined, string]>([
  [
    { does: 'backup', host: 'prod', runId: 'bk-1', paths: ['/srv'] },
    undefined,
    `backup --json --retry-lock 5m --host prod --tag run=bk-1 --files-from-raw ${LIST}`,
  ],
  [
    { does: 'backup', host: 'prod', runId: 'bk-1', paths: ['/srv'] },
    2048,
    `backup --json --retry-lock 5m --limit-upload 2048 --host prod --tag run=bk-1 --files-from-raw ${LIST}`,
  ],
  [{ does: 'restore', snapshotId: '9042' }, 2048, 'restore --json --retry-lock 5m --target / --verify 9042'],
  [{ does: 'prune' }, 2048, 'prune --retry-lock 5m --limit-upload 2048'],
  [{ does: 'check', part: 2, parts: 30 }, undefined, 'check --json --retry-lock 5m --read-data-subset=2/30'],
])('%j', (task, uploadLimitKiB, expected) => {
  expect(taskArgs(task, { list: LIST, uploadLimitKiB }).join(' ')).toBe(expected);
});
