import { type Job, type JobLook, type Jobs, listOf, NOTHING_READ } from '../../src/core/ports/jobs.ts';
import { eventually } from '../faults/eventually.ts';

const SECRET = 'correct horse "battery" $(staple)';
let made = 0;

/** A job of a name that no other has. */
export function jobOf(script: string, more: Partial<Job> = {}): Job {
  made += 1;
  const name = `bk-20261123-0314-${process.pid}-${made}.files`;
  return { name, attempt: 1, during: 'a test', command: ['sh', '-c', script], limitMs: 600_000, ...more };
}

/** Looks until it is in one of these states; gives all that it has printed. */
export async function lookUntil(jobs: Jobs, job: Job, ...states: JobLook['state'][]): Promise<JobLook> {
  let last: JobLook = { state: 'none', stdout: '', stderr: '', read: NOTHING_READ, isWhole: false };
  await eventually(
    `the job is ${states.join(' or ')}`,
    async () => {
      const { stdout, stderr, read } = last;
      last = await jobs.look(job, read);
      last = { ...last, stdout: stdout + last.stdout, stderr: stderr + last.stderr };
      return states.includes(last.state) && last.isWhole;
    },
    () => JSON.stringify(last),
  );
  return last;
}

/** What every machine does with the programs that the bot leaves at work there. */
export function jobsContract(
  name: string,
  start: () => Promise<{ jobs: Jobs; close(): Promise<void> }>,
): void {
  describe(`jobs: ${name}`, () => {
    let here: Awaited<ReturnType<typeof start>> | undefined;
    const jobs = () => {
      if (here === undefined) throw new Error('No machine is open.');
      return here.jobs;
    };
    beforeAll(async () => {
      here = await start();
    });
    afterAll(() => here?.close());

    it('runs a program to its end, with its secrets and without a job', async () => {
      const said = await jobs().run({
        during: 'a test',
        command: ['sh', '-c', 'cat; echo "$TOLD" >&2; exit 3'],
        environment: { TOLD: SECRET, MORE: 'x' },
        input: SECRET,
        limitMs: 60_000,
      });
      expect(said).toEqual({ code: 3, stdout: SECRET, stderr: `${SECRET}\n` });
    });

    it('starts an attempt once', async () => {
      const job = jobOf('cat; echo; echo "$TOLD" >&2; exit 3', {
        environment: { TOLD: SECRET },
        input: SECRET,
      });
      expect(await jobs().attempts(job.name)).toBe(0);
      expect(await jobs().look(job, NOTHING_READ)).toMatchObject({ state: 'none', isWhole: true });
      expect(await jobs().start(job)).toBe('started');
      expect(await jobs().start(job)).toBe('adopted');
      expect(await jobs().attempts(job.name)).toBe(1);
      const end = await lookUntil(jobs(), job, 'ended');
      expect(end).toMatchObject({ code: 3, stdout: `${SECRET}\n`, stderr: `${SECRET}\n` });
      expect(await jobs().look(job, end.read)).toMatchObject({ stdout: '', stderr: '', read: end.read });
      expect(await jobs().look(job, { ...end.read, stdout: 8 })).toMatchObject({
        stdout: `${SECRET.slice(8)}\n`,
      });
      await jobs().tidy(job);
      expect(await jobs().start(job)).toBe('adopted');
      expect(await jobs().look(job, NOTHING_READ)).toMatchObject({ state: 'ended', code: 3, stdout: '' });
    });

    it('starts another attempt of the same name beside the first', async () => {
      const job = jobOf('echo one');
      await jobs().start(job);
      expect(await jobs().start({ ...job, attempt: 2, command: ['echo', 'two'] })).toBe('started');
      expect(await jobs().attempts(job.name)).toBe(2);
      expect((await lookUntil(jobs(), { ...job, attempt: 2 }, 'ended')).stdout).toBe('two\n');
      expect((await lookUntil(jobs(), job, 'ended')).stdout).toBe('one\n');
    });

    it('hands over a list, whatever is in its texts', async () => {
      const list = ['/srv/a b', '/srv/-rf', "/srv/it's", '/srv/$(id)', '/srv/new\nline', '/srv/ü'];
      const job = jobOf('', { list });
      await jobs().start({ ...job, command: ['cat', listOf(job)] });
      const { stdout } = await lookUntil(jobs(), job, 'ended');
      const read = Buffer.from(stdout, 'latin1').toString('utf8');
      expect(read).toBe(list.map((text) => `${text}\0`).join(''));
    });

    it('asks the program itself to end', async () => {
      const job = jobOf('', { command: ['sleep', '600'] });
      await jobs().start(job);
      await lookUntil(jobs(), job, 'running');
      await jobs().cancel(job);
      expect(await lookUntil(jobs(), job, 'ended')).toMatchObject({ code: 143 });
      await jobs().cancel(job);
    });

    it('does not know a program that is not there', async () => {
      const job = jobOf('', { command: ['no-such-program'] });
      await jobs().start(job);
      expect(await lookUntil(jobs(), job, 'ended')).toMatchObject({ code: 127 });
    });
  });
}
