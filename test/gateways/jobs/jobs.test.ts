import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderOf, type Job, type Jobs, NOTHING_READ } from '../../../src/core/ports/jobs.ts';
import type { SshCommand } from '../../../src/core/ports/ssh.ts';
import { createOpenJobs, readLook } from '../../../src/gateways/jobs/jobs.ts';
import { jobOf, jobsContract, lookUntil } from '../../contracts/jobs.ts';
import { problemOf } from '../../contracts/machine-under-test.ts';
import { eventually } from '../../faults/eventually.ts';
import { tempFolder } from '../../store/temp-folder.ts';
import { localShell } from '../services-machine/local-shell.ts';

const SECRET = `correct-horse-${process.pid}`;
const NOBODY = { host: '', port: 22, user: '', privateKey: '', hostKeys: [] };

/** This machine's own shell, with the jobs' folder in one of the test's. `cut`: how much of standard input arrives. */
async function openHere({ cut }: { cut?: (stdin: string) => string } = {}) {
  const temp = tempFolder();
  const shell = localShell(temp.folder, (command) =>
    command.replaceAll('/run/circleci-backup', join(temp.folder, 'jobs')),
  );
  const run = (command: SshCommand) =>
    shell.run({
      ...command,
      ...(command.stdin === undefined || cut === undefined ? {} : { stdin: cut(command.stdin) }),
    });
  const jobs = await createOpenJobs(async () => ({ ...shell, run }))(NOBODY, {
    signal: new AbortController().signal,
    patienceMs: 0,
  });
  const at = (job: Job, name: string) =>
    join(temp.folder, 'jobs', folderOf(job).replace('/run/circleci-backup/', ''), name);
  return { jobs, at, commands: shell.commands, close: async () => temp.remove() };
}

jobsContract('this machine’s own shell', async () => {
  const { jobs, at, close } = await openHere();
  // The contract names the list as it is on a real machine.
  const start = (job: Job) =>
    jobs.start({
      ...job,
      command: job.command.map((arg) => (arg.endsWith('/list') ? at(job, 'list') : arg)),
    });
  return { jobs: { ...jobs, start } satisfies Jobs, close };
});

describe('a job on this machine', () => {
  let here: Awaited<ReturnType<typeof openHere>>;
  beforeAll(async () => {
    here = await openHere();
  });
  afterAll(() => here.close());

  const pidOf = (job: Job) => Number(readFileSync(here.at(job, 'pid'), 'utf8'));
  const parentOf = (pid: number) =>
    Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]);

  async function started(job: Job): Promise<Job> {
    await here.jobs.start(job);
    await lookUntil(here.jobs, job, 'running');
    await eventually('its program runs', () => existsSync(here.at(job, 'pid')));
    return job;
  }

  it('keeps its secrets out of every argument, file and environment but its program’s', async () => {
    const job = await started(
      jobOf('read -r told; [ "$told" = "$AWS_SECRET" ] && echo same; exec sleep 600', {
        environment: { AWS_SECRET: SECRET },
        input: SECRET,
      }),
    );
    await eventually('it has said so', () => readFileSync(here.at(job, 'out'), 'utf8') === 'same\n');
    const pid = pidOf(job);
    const holders: string[] = [];
    for (const one of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      for (const file of ['cmdline', 'environ']) {
        try {
          if (readFileSync(`/proc/${one}/${file}`, 'latin1').includes(SECRET)) holders.push(`${one}/${file}`);
        } catch {
          // It has ended, or is somebody else's.
        }
      }
    }
    expect(holders).toEqual([`${pid}/environ`]);
    for (const name of readdirSync(here.at(job, '')))
      expect(readFileSync(here.at(job, name), 'latin1')).not.toContain(SECRET);
    expect(here.commands.join()).not.toContain(SECRET);
    await here.jobs.cancel(job);
    await lookUntil(here.jobs, job, 'ended');
  });

  it('has died where it was ended together with the shell that waits for it', async () => {
    const job = await started(jobOf('', { command: ['sleep', '600'] }));
    const pid = pidOf(job);
    const waiting = parentOf(pid);
    process.kill(parentOf(waiting), 'SIGKILL');
    process.kill(waiting, 'SIGKILL');
    // The program has the lock as well: what still works is not called dead.
    expect(await here.jobs.look(job, NOTHING_READ)).toMatchObject({ state: 'running' });
    process.kill(pid, 'SIGKILL');
    await lookUntil(here.jobs, job, 'died');
  });

  it('ends with its program’s signal where only that was killed', async () => {
    const job = await started(jobOf('', { command: ['sleep', '600'] }));
    process.kill(pidOf(job), 'SIGKILL');
    expect(await lookUntil(here.jobs, job, 'ended')).toMatchObject({ code: 137 });
  });

  it('does not begin what was to end before', async () => {
    const job = jobOf('', { command: ['sleep', '600'] });
    // Between the claim and the start nothing is there but the folder.
    await here.jobs.start({ ...job, attempt: 7, command: ['true'] });
    await here.jobs.cancel({ ...job, attempt: 7 });
    await lookUntil(here.jobs, { ...job, attempt: 7 }, 'ended');
    await here.jobs.start(job);
    await here.jobs.cancel(job);
    expect(await lookUntil(here.jobs, job, 'ended')).toMatchObject({ code: 143 });
  });

  it('ends at its limit', async () => {
    const job = await started(jobOf('', { command: ['sleep', '600'], limitMs: 1_000 }));
    expect(await lookUntil(here.jobs, job, 'ended')).toMatchObject({ code: 143 });
  });

  it('keeps the first 8 MiB of its errors, and all that it prints', async () => {
    const job = jobOf('head -c 9000000 /dev/zero >&2; head -c 3000000 /dev/zero; exit 3');
    await here.jobs.start(job);
    const { stdout, stderr, code } = await lookUntil(here.jobs, job, 'ended');
    expect([stdout.length, stderr.length, code]).toEqual([3_000_000, 8 * 1024 * 1024, 3]);
  });

  it('is starting for some minutes, and then it has died where nothing came of the claim', async () => {
    const job = jobOf('', { command: ['sleep', '600'] });
    await here.jobs.start({ ...job, command: ['true'] });
    await lookUntil(here.jobs, job, 'ended');
    for (const name of ['alive', 'pid', 'rc', 'since']) rmSync(here.at(job, name));
    expect(await here.jobs.look(job, NOTHING_READ)).toMatchObject({ state: 'starting' });
    writeFileSync(here.at(job, 'since'), '0\n');
    expect(await here.jobs.look(job, NOTHING_READ)).toMatchObject({ state: 'died' });
    expect(await here.jobs.start(job)).toBe('adopted');
  });
});

describe('a connection that is cut', () => {
  it.each([
    ['before the first secret', () => ''],
    ['within a variable', (stdin: string) => stdin.slice(0, 8)],
    ['between the two', (stdin: string) => stdin.slice(0, stdin.indexOf('\n') + 1)],
    ['within the password', (stdin: string) => stdin.slice(0, -3)],
    ['before its end', (stdin: string) => stdin.slice(0, -1)],
  ])('%s begins nothing', async (_when, cut) => {
    const { jobs, close } = await openHere({ cut });
    const job = jobOf('cat', { environment: { AWS_SECRET: SECRET }, input: SECRET });
    expect(await problemOf(jobs.start(job))).toEqual({ code: 'job-not-started', during: 'a test' });
    expect(await jobs.attempts(job.name)).toBe(0);
    await close();
  });
});

describe('what a machine says of a job', () => {
  it('is read from where the last reading ended', () => {
    expect(readLook('running - 3 2 0 9\nabcde', { stdout: 10, stderr: 20 })).toEqual({
      state: 'running',
      stdout: 'abc',
      stderr: 'de',
      read: { stdout: 13, stderr: 22 },
      isWhole: false,
    });
  });

  it.each(['', 'gone - 0 0 0 0\n', 'ended 0 3 0 0 0\nab', 'ended 0 -1 0 0 0\n'])(
    '%j is no answer',
    (printed) => {
      expect(() => readLook(printed, NOTHING_READ)).toThrow('not in a form that the bot knows');
    },
  );
});
