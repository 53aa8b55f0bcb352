import { type FilesSnapshot, RESTIC_EXIT, RESTIC_LEAST, type ResticAccess } from '../../core/model/restic.ts';
import { type JobId, type Jobs, listOf, NOTHING_READ, type OpenJobs } from '../../core/ports/jobs.ts';
import type { OpenRestic, Restic, ResticTask } from '../../core/ports/restic.ts';
import type { SshResult } from '../../core/ports/ssh.ts';
import { type Problem, ProblemError } from '../../core/problems/problem.ts';
import { LINE_MAX, oneLine } from '../../core/text/text.ts';
import { type ResticLock, readLocks, readRepositoryId, readSnapshots, readStats } from './answers.ts';
import { resticCommand, runTag, taskArgs } from './commands.ts';
import { createResticReader } from './output.ts';

/** Restic itself goes on asking an endpoint that is dead for a quarter of an hour. */
const ANSWER_MS = 60_000;
/** Its lists are as long as there are snapshots. */
const LIST_MS = 5 * 60_000;
const NOT_FOUND = 127;
const LATE = 124;
/** Restic renews its lock every 5 minutes, and calls one stale that is as old as this. */
const STALE_MS = 30 * 60_000;
/** A line each 5 s is enough for people (default 10 to 60 a second). */
const PACE = { RESTIC_PROGRESS_FPS: '0.2' };

const DURING: Record<ResticTask['does'], string> = {
  backup: 'the backup of the files',
  dump: 'the dump',
  read: 'reading a dump',
  restore: 'the restore of the files',
  prune: 'the pruning of the repository',
  check: 'the check of the repository',
};

export function createOpenRestic(openJobs: OpenJobs, now: () => number): OpenRestic {
  return async (at, access, options) => createRestic(await openJobs(at, options), access, now);
}

function createRestic(jobs: Jobs, access: ResticAccess, now: () => number): Restic {
  const { repository, path, download } = access;
  const secrets = { input: access.password, environment: { ...access.environment, ...PACE } };
  const installed = { path, ...(download === undefined ? {} : { download }) };

  async function ask(during: string, args: string[], limitMs = ANSWER_MS): Promise<SshResult> {
    const said = await jobs.run({ during, command: resticCommand(access, ...args), limitMs, ...secrets });
    const problem = problemOf(said, during, limitMs);
    if (problem !== undefined) throw new ProblemError(problem);
    return said;
  }

  /** What an answer of restic's says about the repository; undefined where it did what was asked. */
  function problemOf({ code, stderr }: SshResult, during: string, limitMs: number): Problem | undefined {
    const reader = createResticReader();
    reader.read('', `${stderr}\n`);
    const { fatal, errors, other } = reader.said();
    const said = fatal ?? errors[0] ?? other[0];
    switch (code) {
      case RESTIC_EXIT.done:
        return undefined;
      case NOT_FOUND:
        return { code: 'restic-missing', ...installed };
      case LATE:
        return { code: 'repository-silent', repository, afterMs: limitMs };
      case RESTIC_EXIT.noRepository:
        return { code: 'repository-missing', repository };
      case RESTIC_EXIT.locked:
        return { code: 'repository-locked', repository, by: [] };
      case RESTIC_EXIT.wrongPassword:
        return { code: 'repository-password', repository };
      default:
        return {
          code: 'repository-refused',
          repository,
          during,
          ...(code === undefined ? {} : { exitCode: code }),
          ...(said === undefined ? {} : { said }),
        };
    }
  }

  async function locks(): Promise<ResticLock[]> {
    const { stdout } = await ask('listing locks', ['list', 'locks', '--no-lock', '--quiet']);
    const ids = stdout.split('\n').filter((line) => /^[0-9a-f]{64}$/.test(line));
    const found: ResticLock[] = [];
    for (const id of ids) {
      try {
        const { stdout } = await ask('reading a lock', ['cat', 'lock', id, '--no-lock', '--quiet']);
        found.push(...readLocks(stdout));
      } catch (error) {
        // It may have gone meanwhile, as locks do.
        if (!(error instanceof ProblemError) || error.problem.code !== 'repository-refused') throw error;
      }
    }
    return found;
  }

  async function repositoryId(): Promise<string> {
    const { stdout } = await ask('opening the repository', ['cat', 'config', '--no-lock', '--quiet']);
    return readRepositoryId(stdout);
  }

  return {
    async version() {
      const said = await jobs.run({
        during: 'looking for restic',
        command: [path, 'version'],
        limitMs: ANSWER_MS,
      });
      const version = /^restic (\d+\.\d+\.\d+)/.exec(said.stdout)?.[1];
      if (said.code === NOT_FOUND || said.code === 126 || version === undefined)
        throw new ProblemError({ code: 'restic-missing', ...installed });
      if (!isAtLeast(version, RESTIC_LEAST))
        throw new ProblemError({ code: 'restic-old', version, needs: RESTIC_LEAST, ...installed });
      return version;
    },
    repository: repositoryId,
    async open() {
      try {
        return { id: await repositoryId(), isNew: false };
      } catch (error) {
        if (!(error instanceof ProblemError) || error.problem.code !== 'repository-missing') throw error;
      }
      // Another process may make it at the same time: who comes second is told so, and finds it there.
      const made = await jobs.run({
        during: 'making the repository',
        command: resticCommand(access, 'init', '--json'),
        limitMs: LIST_MS,
        ...secrets,
      });
      try {
        return { id: await repositoryId(), isNew: made.code === RESTIC_EXIT.done };
      } catch (error) {
        const problem = problemOf(made, 'making the repository', LIST_MS);
        throw problem === undefined ? error : new ProblemError(problem, { cause: error });
      }
    },
    async snapshots(host, runId) {
      const tag = runId === undefined ? [] : ['--tag', runTag(runId)];
      const { stdout } = await ask(
        'listing snapshots',
        ['snapshots', '--json', '--no-lock', '--host', host, ...tag],
        LIST_MS,
      );
      return readSnapshots(stdout)
        .filter((one) => one.host === host && (runId === undefined || one.tags.includes(runTag(runId))))
        .sort((a: FilesSnapshot, b: FilesSnapshot) => b.at - a.at);
    },
    async sizeOf(snapshotId) {
      const args = ['stats', '--json', '--no-lock', '--mode', 'restore-size', snapshotId];
      return readStats((await ask('measuring a snapshot', args, LIST_MS)).stdout);
    },
    async forget(snapshotIds) {
      if (snapshotIds.length === 0) return [];
      await ask('forgetting snapshots', ['forget', '--json', '--retry-lock', '1m', ...snapshotIds], LIST_MS);
      // Before 0.19 a removal that failed ends with 0 as well (restic#5233).
      const { stdout } = await ask('listing snapshots', ['snapshots', '--json', '--no-lock'], LIST_MS);
      const left = new Set(readSnapshots(stdout).map(({ id }) => id));
      return snapshotIds.filter((id) => left.has(id));
    },
    async unlockStale() {
      const found = await locks();
      if (found.some(({ at }) => now() - at >= STALE_MS))
        // Without --remove-all: what somebody renews stays.
        await ask('removing stale locks', ['unlock', '--quiet']);
      return (await locks()).map(({ at, host, pid }) => {
        const minutes = Math.max(0, Math.round((now() - at) / 60_000));
        return `process ${pid} on ${oneLine(host, LINE_MAX)}, ${minutes} min ago`;
      });
    },
    start(job, task) {
      const { timeoutMs, uploadLimitKiB } = access;
      const args = taskArgs(task, { list: listOf(job), uploadLimitKiB });
      const command = resticCommand(access, ...args);
      return jobs.start({
        ...job,
        during: DURING[task.does],
        command: task.does === 'read' ? task.into(command) : command,
        ...(task.does === 'backup' ? { list: task.paths } : {}),
        limitMs: 'limitMs' in task ? task.limitMs : timeoutMs,
        ...secrets,
      });
    },
    attempts: (name) => jobs.attempts(name),
    look: createLook(jobs),
    cancel: (job) => jobs.cancel(job),
    tidy: (job) => jobs.tidy(job),
    close: () => jobs.close(),
  };
}

/** Reads on where the last look ended, as long as the connection is the same. */
function createLook(jobs: Jobs): Restic['look'] {
  const readers = new Map<
    string,
    { read: typeof NOTHING_READ; reader: ReturnType<typeof createResticReader> }
  >();
  return async (job: JobId) => {
    const key = `${job.name}.${job.attempt}`;
    const known = readers.get(key) ?? { read: NOTHING_READ, reader: createResticReader() };
    readers.set(key, known);
    for (;;) {
      const { state, code, stdout, stderr, read, isWhole } = await jobs.look(job, known.read);
      known.read = read;
      known.reader.read(stdout, stderr);
      if (isWhole) return { state, said: known.reader.said(), ...(code === undefined ? {} : { code }) };
    }
  };
}

function isAtLeast(version: string, least: string): boolean {
  const [a, b] = [version, least].map((text) => text.split('.').map(Number));
  for (let i = 0; i < 3; i += 1) {
    const difference = (a?.[i] ?? 0) - (b?.[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
