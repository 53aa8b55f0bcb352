import { type HostedStore, storeInWords } from '../../core/model/datastore.ts';
import { RESTIC_EXIT, type ResticAccess } from '../../core/model/restic.ts';
import { type SshAddress, sshAddress } from '../../core/model/ssh-access.ts';
import type { InstanceSelector } from '../../core/model/target.ts';
import type { JobId, Jobs, OpenJobs } from '../../core/ports/jobs.ts';
import type { RdsRegions } from '../../core/ports/rds.ts';
import type { Restic, ResticLook, ResticTask } from '../../core/ports/restic.ts';
import { type Problem, ProblemError } from '../../core/problems/problem.ts';
import type { MachineContext, RunContext } from '../run/context.ts';
import { currentMachine } from '../run/current-machine.ts';
import { logIn, sshAccessOf } from '../run/machine.ts';
import type { Run, Tools } from '../run/run.ts';

/** What works on datastores needs besides a run’s. */
export interface DatastoresContext {
  openJobs: OpenJobs;
  rds: RdsRegions;
}

type HostContext = RunContext & MachineContext & DatastoresContext;

export type HostRun = Run<HostContext>;

/** A host of a datastore does not boot meanwhile: one that does not answer is told soon. */
const PATIENCE_MS = 2 * 60_000;
const EC2_PATIENCE_MS = 3 * 60_000;
/** A connection that was lost, or a host that restarts, is waited for while a job there may go on. */
const LOST_MS = 15 * 60_000;
/** A job that died with its host, or by a hand, is begun again; one that dies every time has a cause. */
const ATTEMPTS = 3;

const LOST = new Set<Problem['code']>(['ssh-dropped', 'ssh-unreachable', 'ssh-timeout']);

/** How to reach a host, once its key was confirmed. */
export interface StoreHost {
  at: SshAddress;
  /** For messages. */
  login: string;
}

/** Where a datastore's programs run: a host of its own, or the Services machine, which EC2 and its console prove. */
export async function hostOf(
  run: HostRun,
  tools: Tools,
  store: HostedStore,
  instance: InstanceSelector,
): Promise<StoreHost> {
  if (store.at !== undefined) return { at: store.at, login: `${store.at.user}@${store.at.host}` };
  const { context, target, region } = run;
  const found = await currentMachine(
    context,
    { target, region, instance },
    tools.ec2Options(EC2_PATIENCE_MS),
  );
  const { connection, reached } = await logIn(run, tools, found, PATIENCE_MS);
  connection.close();
  const at = sshAddress(sshAccessOf(context, target), reached.host, [reached.hostKey]);
  return { at, login: `${at.user}@${at.host}` };
}

/** Programs on the host, over one connection. */
export async function onHost<T>(
  { context }: HostRun,
  tools: Tools,
  { at }: StoreHost,
  work: (jobs: Jobs) => Promise<T>,
): Promise<T> {
  const jobs = await context.openJobs(at, optionsOf(tools));
  try {
    return await work(jobs);
  } finally {
    jobs.close();
  }
}

/** Restic on the host, over one connection. */
export async function onRestic<T>(
  { context }: HostRun,
  tools: Tools,
  { at }: StoreHost,
  access: ResticAccess,
  work: (restic: Restic) => Promise<T>,
): Promise<T> {
  const restic = await context.openRestic(at, access, optionsOf(tools));
  try {
    return await work(restic);
  } finally {
    restic.close();
  }
}

function optionsOf({ signal, tell }: Tools) {
  return {
    signal,
    patienceMs: PATIENCE_MS,
    onTrouble: (what: string) => void tell(`no answer yet: ${what}`),
  };
}

/** A task of restic's on a host. */
export interface HostTask {
  host: StoreHost;
  access: ResticAccess;
  /** Of the job: letters, digits, dots and dashes. */
  name: string;
  task: ResticTask;
  /** For messages, e.g. `database circle of pg (PostgreSQL)`. */
  what: string;
  /** In ms since epoch; then it is ended. */
  until: number;
}

/**
 * Brings a task to its end, whoever has begun it: what is at work already is followed, through lost connections and restarts of the
 * host. A wish to stop ends the program itself first. Rejects with `job-died`, `job-late` and what `Restic` rejects with.
 */
export async function followTask(run: HostRun, tools: Tools, asked: HostTask): Promise<ResticLook> {
  const { context } = run;
  let restic: Restic | undefined;
  let lostAt: number | undefined;
  let job: JobId | undefined;
  let isAdopted = false;
  const close = () => {
    restic?.close();
    restic = undefined;
  };

  async function look(): Promise<ResticLook | undefined> {
    try {
      restic ??= await context.openRestic(asked.host.at, asked.access, optionsOf(tools));
      if (job === undefined) ({ job, isAdopted } = await begin(restic, asked));
      const seen = await restic.look(job);
      lostAt = undefined;
      // What has failed before anybody followed it now is what somebody tries again, or a process that was ended with it.
      const isOld = isAdopted && seen.state === 'ended' && seen.code !== RESTIC_EXIT.done;
      isAdopted = false;
      if (isOld) {
        job = { ...job, attempt: job.attempt + 1 };
        await restic.start(job, asked.task);
        return undefined;
      }
      if (seen.state === 'ended') return seen;
      if (seen.state === 'died' || seen.state === 'none') {
        // Nobody knows it any more: the host was started anew. What it was to make is looked for by whoever asks.
        if (job.attempt >= ATTEMPTS)
          throw new ProblemError({ code: 'job-died', during: asked.what, times: job.attempt });
        job = { ...job, attempt: job.attempt + 1 };
        await restic.start(job, asked.task);
      }
      const { progress } = seen.said;
      await tools.tell(`${asked.what}${progress === undefined ? '' : `: ${progressInWords(progress)}`}`);
    } catch (error) {
      if (!(error instanceof ProblemError) || !LOST.has(error.problem.code)) throw error;
      close();
      lostAt ??= context.clock.now();
      if (context.clock.now() - lostAt >= LOST_MS) throw error;
      await tools.tell(`${asked.what}: ${asked.host.login} is out of reach, looking again`);
    }
    return undefined;
  }

  const left = asked.until - context.clock.now();
  if (left <= 0) throw new ProblemError({ code: 'dump-no-time' });
  try {
    return await tools.until(look, {
      limitMs: left,
      late: (afterMs) => ({ code: 'job-late', during: asked.what, afterMs, setting: 'DATASTORE_TIMEOUT' }),
    });
  } catch (error) {
    // A process that stops leaves it at work, for the next one to follow.
    if (!context.stopping.aborted && job !== undefined) await cancelQuietly(run, tools, asked, job);
    throw error;
  } finally {
    close();
  }
}

async function begin(restic: Restic, { name, task }: HostTask): Promise<{ job: JobId; isAdopted: boolean }> {
  const attempt = Math.max(1, await restic.attempts(name));
  const job = { name, attempt };
  return { job, isAdopted: (await restic.start(job, task)) === 'adopted' };
}

async function cancelQuietly(
  run: HostRun,
  tools: Tools,
  { host, access }: HostTask,
  job: JobId,
): Promise<void> {
  try {
    await onRestic(run, tools, host, access, (restic) => restic.cancel(job));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    run.context.log.warn(
      { run: run.runId, job: job.name, problem: error.problem },
      'a job may still be at work',
    );
  }
}

function progressInWords({ bytesDone }: { bytesDone: number }): string {
  return bytesDone === 0 ? 'begun' : `${Math.round(bytesDone / 1024 ** 2)} MiB`;
}

export function nameOf(store: HostedStore): string {
  return storeInWords(store);
}
