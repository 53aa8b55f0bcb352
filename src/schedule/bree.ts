import { fileURLToPath } from 'node:url';
import { isNativeError } from 'node:util/types';
import Bree from 'bree';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import type { Schedule } from '../core/time/schedule.ts';
import type { Slot } from '../core/time/slots.ts';

export interface ScheduleOptions {
  /** Which schedules there are; the key names one (target and schedule). */
  schedules: readonly { key: string; schedule: Schedule }[];
  /** A slot of these schedules may have come: look at what is due. Called once for all at the start, too. */
  onTick: (keys: readonly string[]) => void;
  clock: Clock;
  log: Log;
  /** How often the clock is read again between slots; default: each minute. */
  lookEveryMs?: number;
  /** Another job file than tick.ts, and when it is ended; for tests of jobs that fail. */
  worker?: { file: string; endsAfterMs?: number };
}

/** All schedules with the same cron and zone. */
interface Job {
  name: string;
  keys: string[];
  schedule: Schedule;
  next: Slot | undefined;
  /** Whether the worker that runs has brought its message. */
  brought: boolean;
  /** Whether it has failed. */
  failed: boolean;
}

/** How often the clock is read again, so that a clock that was set, or a machine that slept, delays a slot by no more. */
const LOOK_EVERY_MS = 60_000;
/** A worker that hangs is ended after this, in ms of the wall. */
const WORKER_ENDS_MS = 30_000;

/**
 * The schedules as Bree's jobs: one for each cron and zone. A worker is a thread of several MiB, and a thousand targets
 * that share 03:00 shall not start a thousand of them. When a slot comes the job runs, and its message, which says nothing but
 * that it does, calls `onTick` with the keys that are kept here.
 *
 * Slots come from core alone: Bree's own reading of cron keeps to the wall's clock and knows other rules for daylight
 * saving. So its jobs have no time of their own, and are run when the handed-in clock reaches their slot.
 *
 * A tick decides nothing: too many of them do no harm. A job whose worker fails is logged, and its tick is brought without
 * it: no backup shall depend on a thread.
 */
export function createSchedule(options: ScheduleOptions): { start(): Promise<void>; stop(): Promise<void> } {
  const { clock, log } = options;
  const jobs = jobsOf(options.schedules);
  const byName = new Map(jobs.map((job) => [job.name, job]));
  const stopping = new AbortController();
  const path = options.worker?.file ?? fileURLToPath(new URL('./tick.ts', import.meta.url));
  let ticking = Promise.resolve();

  const bree = new Bree({
    root: false,
    logger: breeLogger(log),
    acceptedExtensions: ['.ts', '.js'],
    timeout: false,
    closeWorkerAfterMs: options.worker?.endsAfterMs ?? WORKER_ENDS_MS,
    workerMessageHandler: ({ name }) => bringTick(byName.get(name)),
    // Called for an error, and once more for the exit that follows it.
    errorHandler: (error, { name }) => {
      const job = byName.get(name);
      if (stopping.signal.aborted || job === undefined || job.failed) return;
      job.failed = true;
      log.error({ err: error, job: name }, 'the worker of a schedule failed');
    },
  });
  bree.on('worker deleted', (name: string) => bringTick(byName.get(name)));

  function tick(keys: readonly string[]): void {
    if (stopping.signal.aborted) return;
    try {
      options.onTick(keys);
    } catch (error) {
      log.error({ err: error, keys }, 'a tick of the schedule failed; the next one follows');
    }
  }

  function bringTick(job: Job | undefined): void {
    if (job === undefined || job.brought) return;
    job.brought = true;
    tick(job.keys);
  }

  function run(job: Job): void {
    job.brought = false;
    job.failed = false;
    bree.run(job.name).catch((error: unknown) => {
      log.error({ err: error, job: job.name }, 'the worker of a schedule could not be started');
      bringTick(job);
    });
  }

  async function keepTicking(): Promise<void> {
    let lastLook = clock.now();
    while (!stopping.signal.aborted) {
      const now = clock.now();
      let wait = options.lookEveryMs ?? LOOK_EVERY_MS;
      for (const job of jobs) {
        if (job.next !== undefined && job.next <= now) {
          run(job);
          job.next = job.schedule.next(now);
        } else if (now < lastLook) {
          job.next = job.schedule.next(now);
        }
        if (job.next !== undefined) wait = Math.min(wait, job.next - now);
      }
      lastLook = now;
      await clock.sleep(wait, stopping.signal);
    }
  }

  return {
    /** Resolves when every slot from now on will bring its tick. Rejects when a job cannot be made. */
    async start() {
      await bree.add(jobs.map((job) => breeJob(job, path)));
      for (const job of jobs) job.next = job.schedule.next(clock.now());
      ticking = keepTicking();
      // What was due before, and a slot that came between a look of the caller's own and now.
      if (jobs.length > 0) tick(jobs.flatMap((job) => job.keys));
      log.info({ schedules: options.schedules.length, jobs: jobs.length }, 'the schedule runs');
    },
    /** Resolves when no worker is left; no tick comes after the call. */
    async stop() {
      stopping.abort();
      await ticking;
      // Bree itself would wait for a worker that hangs.
      await Promise.all([...bree.workers.values()].map((worker) => worker.terminate()));
      await bree.stop();
    },
  };
}

function jobsOf(schedules: ScheduleOptions['schedules']): Job[] {
  const jobs = new Map<string, Job>();
  for (const { key, schedule } of schedules) {
    const name = `${schedule.cron} ${schedule.timezone}`;
    const job = jobs.get(name) ?? { name, keys: [], schedule, next: undefined, brought: true, failed: false };
    job.keys.push(key);
    jobs.set(name, job);
  }
  return [...jobs.values()];
}

function breeJob({ name }: Job, path: string): Bree.JobOptions {
  // Bree would take a path with one of &#+%$ in it for source text; `eval: false` says what it is. The job needs
  // neither the environment, which holds secrets, nor Node's options, which are for the main program.
  return { name, path, worker: { eval: false, env: {}, execArgv: [] } };
}

/** Bree tells of each worker that comes and goes: of no use to anybody but who looks for a fault. */
function breeLogger(log: Log): Bree.BreeLogger {
  const at =
    (write: 'debug' | 'warn' | 'error') =>
    (said: unknown): void =>
      isNativeError(said) ? log[write]({ err: said }, said.message) : log[write]({}, String(said));
  return { info: at('debug'), warn: at('warn'), error: at('error') };
}
