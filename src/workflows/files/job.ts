import type { ResticAccess, ResticProgress, ResticSaid } from '../../core/model/restic.ts';
import { RESTIC_EXIT } from '../../core/model/restic.ts';
import type { Restic, ResticLook, ResticTask } from '../../core/ports/restic.ts';
import { type Problem, ProblemError } from '../../core/problems/problem.ts';
import { bytesInWords, durationInWords } from '../../core/text/words.ts';
import type { TargetsContext } from '../run/context.ts';
import { CanceledError } from '../run/interruptions.ts';
import { doorOf, type MachineRun, type Reached, watchThrough } from '../run/machine.ts';
import type { Tools } from '../run/run.ts';

/** What was ended by something else is begun again so often: what restic has copied by then it does not copy again. */
const TIMES = 3;
/** As the kernel ends what takes too much memory. */
const KILLED = 137;
/** What a job's own limit leaves for its end to be seen. */
const MORE_MS = 10 * 60_000;
const ENDS_WITHIN_MS = 2 * 60_000;
const END_LOOK_MS = 1_000;

/** As it is configured now: a password that was set meanwhile counts at the next try. */
export function resticAccessOf({ targets }: TargetsContext, target: string): ResticAccess {
  const access = targets.find(({ name }) => name === target)?.restic;
  if (access === undefined) throw new ProblemError({ code: 'restic-unset', target });
  return access;
}

function openRestic(run: MachineRun, tools: Tools, reached: Reached): Promise<Restic> {
  const [at, options] = doorOf(run, tools, reached);
  return run.context.openRestic(at, resticAccessOf(run.context, run.target), options);
}

/** One connection, for what is soon done. */
export async function onRestic<T>(
  run: MachineRun,
  tools: Tools,
  reached: Reached,
  work: (restic: Restic) => Promise<T>,
): Promise<T> {
  const restic = await openRestic(run, tools, reached);
  try {
    return await work(restic);
  } finally {
    restic.close();
  }
}

/** What restic is to do, as a job whose name is the same whenever the stage is run. */
export interface ResticWork {
  /** E.g. `bk-20261123-0314-x4qz.files`. */
  name: string;
  task: ResticTask;
  /** What it does, for problems. */
  during: string;
  /** Whether what it is to make is there already; asked before anything is begun, again also. */
  isThere?: (restic: Restic) => Promise<boolean>;
  /** Whether a backup needs the repository, to which this gives way. */
  isWanted?: () => Promise<boolean>;
}

/** `heard`: how it ended. `there`: what it was to make is there, and its last words are lost. */
export type Followed = { kind: 'heard'; look: ResticLook } | { kind: 'there' };

/**
 * Has restic do its work on the machine, and follows it until it has ended: through lost connections, restarts of this process
 * and of the machine. A wish to stop, and the end of its time, end restic itself first.
 */
export async function followRestic(
  run: MachineRun,
  tools: Tools,
  reached: Reached,
  work: ResticWork,
): Promise<Followed> {
  const { name, task, during, isThere } = work;
  const { timeoutMs: limitMs, repository } = resticAccessOf(run.context, run.target);
  let attempt: number | undefined;
  let told = '';

  async function begin(restic: Restic, next: number): Promise<undefined> {
    await tools.throwIfCanceled();
    await restic.start({ name, attempt: next }, task);
    attempt = next;
    return undefined;
  }

  /** It was ended by something else: what it made may be there all the same. */
  async function again(restic: Restic, last: number): Promise<Followed | undefined> {
    if ((await isThere?.(restic)) === true) return { kind: 'there' };
    if (last >= TIMES) throw new ProblemError({ code: 'job-died', during, times: last });
    if (last > 0) {
      // Should it only have been slow to begin, it begins no more.
      await restic.cancel({ name, attempt: last });
      const time = last === 1 ? 'second' : 'third';
      await tools.tell(`it was ended on the machine, and begins for the ${time} time`);
    }
    return begin(restic, last + 1);
  }

  async function look(restic: Restic): Promise<Followed | undefined> {
    if ((await work.isWanted?.()) === true) throw new CanceledError('');
    attempt ??= await restic.attempts(name);
    if (attempt === 0) return again(restic, 0);
    const seen = await restic.look({ name, attempt });
    switch (seen.state) {
      case 'none':
        // The machine has booted since.
        attempt = undefined;
        return undefined;
      case 'starting':
      case 'running': {
        const { progress } = seen.said;
        const now = progress === undefined ? '' : progressInWords(progress);
        if (now !== told && progress !== undefined) {
          told = now;
          await tools.show((view) => ({ ...view, percent: progress.percent })).catch(() => {});
          await tools.tell(now);
        }
        return undefined;
      }
      case 'died':
        // Its errors are in the file: without any, what is in the repository is whole.
        if (seen.said.errorCount === 0 && (await isThere?.(restic)) === true)
          return { kind: 'heard', look: { ...seen, code: RESTIC_EXIT.done } };
        return again(restic, attempt);
      case 'ended': {
        if (seen.code === KILLED) return again(restic, attempt);
        if (seen.code !== RESTIC_EXIT.locked) return { kind: 'heard', look: seen };
        const by = await restic.unlockStale();
        if (by.length > 0 || attempt >= TIMES)
          throw new ProblemError({ code: 'repository-locked', repository, by });
        return begin(restic, attempt + 1);
      }
    }
  }

  try {
    return await watchThrough(tools, () => openRestic(run, tools, reached), look, {
      limitMs: limitMs + MORE_MS,
      late: (afterMs) => ({ code: 'job-late', during, afterMs, setting: 'FILES_TIMEOUT' }),
    });
  } catch (error) {
    const isLate = error instanceof ProblemError && error.problem.code === 'job-late';
    if (error instanceof CanceledError || isLate) await endJob(run, tools, reached, name, attempt);
    throw error;
  }
}

/** Asks restic itself to end, and waits until it has: what it has open it closes. */
async function endJob(
  run: MachineRun,
  tools: Tools,
  reached: Reached,
  name: string,
  known: number | undefined,
): Promise<void> {
  const { clock } = run.context;
  await onRestic(run, tools, reached, async (restic) => {
    const attempt = known ?? (await restic.attempts(name));
    if (attempt === 0) return;
    await restic.cancel({ name, attempt });
    for (const until = clock.now() + ENDS_WITHIN_MS; clock.now() < until; ) {
      const { state } = await restic.look({ name, attempt });
      if (state !== 'running' && state !== 'starting') return;
      await clock.sleep(END_LOOK_MS, tools.signal);
      tools.signal.throwIfAborted();
    }
  });
}

/** Why it did not do what it was to do; undefined where it did, and where it did but for what it could not read. */
export function problemOf(
  { code, said }: Pick<ResticLook, 'code' | 'said'>,
  { repository, path, download, timeoutMs }: ResticAccess,
  { during, tookMs }: { during: string; tookMs: number },
): Problem | undefined {
  switch (code) {
    case RESTIC_EXIT.done:
    case RESTIC_EXIT.incomplete:
      return undefined;
    case RESTIC_EXIT.noRepository:
      return { code: 'repository-missing', repository };
    case RESTIC_EXIT.wrongPassword:
      return { code: 'repository-password', repository };
    case 127:
      return { code: 'restic-missing', path, ...(download === undefined ? {} : { download }) };
    default:
      if (tookMs >= timeoutMs) return { code: 'job-late', during, afterMs: tookMs, setting: 'FILES_TIMEOUT' };
      return {
        code: 'files-failed',
        during,
        ...(code === undefined ? {} : { exitCode: code }),
        said: saidInWords(said),
      };
  }
}

/** What explains an end the best comes first. */
export function saidInWords({ fatal, errors, other }: ResticSaid): string[] {
  return [...(fatal === undefined ? [] : [fatal]), ...errors, ...other].slice(0, 5);
}

/** `42 %, 1.2 GiB of 3 GiB, 4 min left` */
function progressInWords({ percent, bytesDone, totalBytes, leftMs }: ResticProgress): string {
  const size = totalBytes === 0 ? '' : `, ${bytesInWords(bytesDone)} of ${bytesInWords(totalBytes)}`;
  return `${percent} %${size}${leftMs === undefined ? '' : `, ${durationInWords(leftMs)} left`}`;
}
