import type { ResticAccess } from '../../core/model/restic.ts';
import type { ResticTask } from '../../core/ports/restic.ts';

/** Else it keeps one in the home of whoever it runs as; it is made anew where it is lost. */
const CACHE = '/var/cache/circleci-backup/restic';
/** What is exclusive waits for what is not. */
const LOCK_WAIT = '5m';

/** Restic with its repository; the password comes on standard input, and stands nowhere. */
export function resticCommand(
  { path, repository }: Pick<ResticAccess, 'path' | 'repository'>,
  ...args: string[]
): string[] {
  return [path, '--repo', repository, '--password-file', '/dev/stdin', '--cache-dir', CACHE, ...args];
}

/** The tag by which a snapshot is a backup's. */
export function runTag(runId: string): string {
  return `run=${runId}`;
}

/**
 * A task's arguments. Of a backup: a fixed host, by which restic finds the last one of the same paths; none of the options
 * that leave something out in silence, or leave a backup without a snapshot. Of a restore: what differs is written again,
 * whatever its time and size say, and all is read once more.
 */
export function taskArgs(
  task: ResticTask,
  { list, uploadLimitKiB }: { list: string; uploadLimitKiB?: number | undefined },
): string[] {
  const limit = uploadLimitKiB === undefined ? [] : ['--limit-upload', String(uploadLimitKiB)];
  switch (task.does) {
    case 'backup':
      return [
        ...['backup', '--json', '--retry-lock', LOCK_WAIT, ...limit],
        ...['--host', task.host, '--tag', runTag(task.runId), '--files-from-raw', list],
      ];
    case 'dump':
      return [
        ...['backup', '--json', '--retry-lock', LOCK_WAIT, ...limit, '--host', task.host],
        ...task.tags.flatMap((tag) => ['--tag', tag]),
        ...['--stdin-from-command', '--stdin-filename', task.file, '--', ...task.command],
      ];
    case 'read':
      return ['dump', '--quiet', '--retry-lock', LOCK_WAIT, task.snapshotId, `/${task.file}`];
    case 'restore':
      return ['restore', '--json', '--retry-lock', LOCK_WAIT, '--target', '/', '--verify', task.snapshotId];
    case 'prune':
      return ['prune', '--retry-lock', LOCK_WAIT, ...limit];
    case 'check':
      return [
        ...['check', '--json', '--retry-lock', LOCK_WAIT],
        `--read-data-subset=${task.part}/${task.parts}`,
      ];
  }
}
