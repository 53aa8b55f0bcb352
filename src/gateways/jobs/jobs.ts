import {
  folderOf,
  type JobLook,
  type JobState,
  type Jobs,
  type OpenJobs,
  type Program,
} from '../../core/ports/jobs.ts';
import type { OpenSsh, SshConnection } from '../../core/ports/ssh.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { createRunAsRoot, printedBy } from '../services-machine/run-as-root.ts';
import { ATTEMPTS, CANCEL, CUT, JOB, LOOK, NO_ROOM, RUN, START, TIDY } from './scripts.ts';

/** How long the machine may take for an answer, in wall ms. */
const ANSWER_MS = 60_000;
/** What a program's own limit leaves the machine to end it and to say so. */
const MORE_MS = 30_000;
const READ_MOST_BYTES = 1024 * 1024;
const STATES: readonly JobState[] = ['none', 'starting', 'running', 'ended', 'died'];

export function createOpenJobs(
  openSsh: OpenSsh,
  { answerMs = ANSWER_MS }: { answerMs?: number } = {},
): OpenJobs {
  return async (at, options) => createJobs(await openSsh(at, options), { signal: options.signal, answerMs });
}

function createJobs(connection: SshConnection, options: { signal: AbortSignal; answerMs: number }): Jobs {
  const run = createRunAsRoot(connection, options);
  return {
    async run(program) {
      const { code, stdout, stderr } = await run({
        during: program.during,
        script: RUN,
        args: [seconds(program), String(variablesOf(program).length), ...program.command],
        stdin: secretsOf(program),
        timeoutMs: program.limitMs + MORE_MS,
      });
      return { stdout, stderr, ...(code === undefined ? {} : { code }) };
    },
    async start(job) {
      const list = job.list ?? [];
      const variables = variablesOf(job).length;
      const { code, stdout } = await run({
        during: job.during,
        script: START,
        args: [
          folderOf(job),
          JOB,
          seconds(job),
          String(variables),
          String(list.length),
          ...list,
          ...job.command,
        ],
        stdin: `${secretsOf(job)}\n`,
      });
      if (code === 0) return stdout.startsWith('adopted') ? 'adopted' : 'started';
      // The shell read the end of what was to follow: the connection is gone, and with it the answer.
      if (code === CUT) throw new ProblemError({ code: 'job-not-started', during: job.during });
      throw new ProblemError(
        code === NO_ROOM
          ? { code: 'job-no-room', folder: folderOf(job) }
          : {
              code: 'job-not-started',
              during: job.during,
              ...(code === undefined ? {} : { exitCode: code }),
            },
      );
    },
    async attempts(name) {
      const base = folderOf({ name, attempt: 0 }).replace(/\.0$/, '');
      const printed = await printedBy(run, { during: 'looking for a job', script: ATTEMPTS, args: [base] });
      const numbers = printed.split('\n').filter((line) => /^[1-9]\d{0,8}$/.test(line));
      return Math.max(0, ...numbers.map(Number));
    },
    async look(job, from) {
      const args = [folderOf(job), ...[from.stdout, from.stderr, READ_MOST_BYTES].map(String)];
      return readLook(await printedBy(run, { during: 'looking at a job', script: LOOK, args }), from);
    },
    async cancel(job) {
      await printedBy(run, { during: 'ending a job', script: CANCEL, args: [folderOf(job)] });
    },
    async tidy(job) {
      await printedBy(run, { during: 'tidying up after a job', script: TIDY, args: [folderOf(job)] });
    },
    close: () => connection.close(),
  };
}

/** A line with the state, the code, the bytes that follow of each stream, and those that are left; then the bytes. */
export function readLook(printed: string, from: { stdout: number; stderr: number }): JobLook {
  const end = printed.indexOf('\n');
  const [, state, code, out = '', err = '', ...left] =
    /^([a-z]+) (-|\d{1,3}) (\d{1,12}) (\d{1,12}) (\d{1,12}) (\d{1,12})$/.exec(printed.slice(0, end)) ?? [];
  const known = STATES.find((one) => one === state);
  if (known === undefined) throw unclear();
  const stdout = printed.slice(end + 1, end + 1 + Number(out));
  const stderr = printed.slice(end + 1 + Number(out), end + 1 + Number(out) + Number(err));
  if (stdout.length !== Number(out) || stderr.length !== Number(err)) throw unclear();
  return {
    state: known,
    ...(code === '-' ? {} : { code: Number(code) }),
    stdout,
    stderr,
    read: { stdout: from.stdout + stdout.length, stderr: from.stderr + stderr.length },
    isWhole: left.every((bytes) => bytes === '0'),
  };
}

function seconds({ limitMs }: Program): string {
  return String(Math.ceil(limitMs / 1000));
}

function variablesOf({ environment = {} }: Program): [string, string][] {
  return Object.entries(environment);
}

/** A line for each variable, and then the program's own input, which is not ended. */
function secretsOf(program: Program): string {
  const lines = [
    ...variablesOf(program).map(([name, value]) => {
      if (!/^[A-Za-z_]\w*$/.test(name)) throw new Error('This is no name of a variable.');
      return `${name}=${value}`;
    }),
    program.input ?? '',
  ];
  if (lines.some((line) => /[\n\0]/.test(line))) throw new Error('A secret of a program is one line.');
  return Buffer.from(lines.join('\n'), 'utf8').toString('latin1');
}

function unclear(): ProblemError {
  return new ProblemError({ code: 'job-unclear' });
}
