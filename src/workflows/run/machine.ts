import type { Trust } from '../../core/model/host-keys.ts';
import { type SshAccess, type SshAddress, sshAddress } from '../../core/model/ssh-access.ts';
import { targetNamed } from '../../core/model/target.ts';
import type { ServicesMachine } from '../../core/ports/services-machine.ts';
import type { SshConnection, SshOptions } from '../../core/ports/ssh.ts';
import { explain, type Problem, ProblemError } from '../../core/problems/problem.ts';
import type { MachineContext, RunContext, TargetsContext } from './context.ts';
import type { Limits, Run, Tools } from './run.ts';

const LOGIN_PATIENCE_MS = 5 * 60_000;
/** A connection that breaks off is made again: every call on the machine may be repeated. */
const TRIES = 3;

/** What a machine that starts, or whose services do, says for a while. */
const PASSING = new Set<Problem['code']>([
  'ssh-dropped',
  'ssh-unreachable',
  'ssh-timeout',
  'replicatedctl-silent',
  'replicatedctl-failed',
  'answer-unclear',
]);

/** A machine that goes down ends what runs there before it says anything. */
const ENDED_BY_SIGNAL = new Set<Problem['code']>([
  'machine-command-failed',
  'job-not-started',
  'repository-refused',
]);

function mayPass(problem: Problem): boolean {
  if (PASSING.has(problem.code)) return true;
  if (!ENDED_BY_SIGNAL.has(problem.code)) return false;
  // A shell says with more than 128 that a signal ended its program.
  return !('exitCode' in problem) || (problem.exitCode ?? 0) > 128;
}

export type MachineRun = Run<RunContext & MachineContext>;

/** A machine the bot has logged in to once, and the one host key it trusts there from then on. */
export interface Reached {
  host: string;
  hostKey: string;
}

/** Where to log in for the first time. */
export interface Doorstep extends Trust {
  host: string;
}

/** As it is configured now: a key that was set meanwhile counts at the next try. */
export function sshAccessOf({ targets }: TargetsContext, target: string): SshAccess {
  const access = targetNamed(targets, target)?.ssh;
  if (access === undefined) throw new ProblemError({ code: 'restore-ssh-unset', target });
  return access;
}

/** Logs in, which confirms the host key. The caller closes the connection; `said` is for the stage's detail. */
export async function logIn(
  { context, target }: Pick<MachineRun, 'context' | 'target'>,
  tools: Tools,
  { host, hostKeys, vouchedBy, contradiction }: Doorstep,
  patienceMs = LOGIN_PATIENCE_MS,
): Promise<{ connection: SshConnection; reached: Reached; said: string }> {
  const access = sshAccessOf(context, target);
  const login = `${access.user}@${host}`;
  try {
    const connection = await context.openSsh(sshAddress(access, host, hostKeys), {
      signal: tools.wanted,
      patienceMs,
      onTrouble: (what) => void tools.tell(`no answer yet: ${what}`),
    });
    const { hostKey } = connection;
    const said = `${login}, host key ${hostKey} (${vouchedBy})`;
    return { connection, reached: { host, hostKey }, said };
  } catch (error) {
    // What a try on the way met says nothing of how the last one ended; the problem does.
    if (error instanceof ProblemError) await tools.tell(`login as ${login}`);
    if (
      contradiction !== undefined &&
      error instanceof ProblemError &&
      error.problem.code === 'host-key-unknown'
    )
      throw new ProblemError({ ...error.problem, contradiction }, { cause: error });
    throw error;
  }
}

function open(
  run: MachineRun,
  tools: Tools,
  at: Reached | Doorstep,
  patienceMs?: number,
): Promise<ServicesMachine> {
  return run.context.openMachine(...doorOf(run, tools, at, patienceMs));
}

/** Works on the machine over a connection of its own; where that breaks off, the work is begun again. */
export async function onMachine<T>(
  run: MachineRun,
  tools: Tools,
  at: Reached | Doorstep,
  work: (machine: ServicesMachine) => Promise<T>,
  patienceMs?: number,
): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    const machine = await open(run, tools, at, patienceMs);
    try {
      return await work(machine);
    } catch (error) {
      const isDropped = error instanceof ProblemError && error.problem.code === 'ssh-dropped';
      if (!isDropped || tried >= TRIES) throw error;
      run.context.log.info({ run: run.runId, tried }, 'the connection broke off; trying again');
    } finally {
      machine.close();
    }
  }
}

/**
 * Looks at the machine again and again, over one connection as long as it lasts. Trouble that may pass is looked over
 * until the time is up; then it is the problem.
 */
export function watchMachine<T>(
  run: MachineRun,
  tools: Tools,
  reached: Reached,
  look: (machine: ServicesMachine) => Promise<T | undefined>,
  limits: Limits,
): Promise<T> {
  return watchThrough(tools, () => open(run, tools, reached), look, limits);
}

/** The same through anything that is opened over a connection. */
export async function watchThrough<M extends { close(): void }, T>(
  tools: Tools,
  connect: () => Promise<M>,
  look: (through: M) => Promise<T | undefined>,
  limits: Limits,
): Promise<T> {
  let through: M | undefined;
  let trouble: Problem | undefined;
  async function looked(): Promise<T | undefined> {
    try {
      through ??= await connect();
      const found = await look(through);
      trouble = undefined;
      return found;
    } catch (error) {
      if (!(error instanceof ProblemError) || !mayPass(error.problem)) throw error;
      trouble = error.problem;
      await tools.tell(explain(trouble).reason);
      // A command that said nothing may have lost its connection without a word.
      if (trouble.code.startsWith('ssh-') || trouble.code === 'replicatedctl-silent') {
        through?.close();
        through = undefined;
      }
      return undefined;
    }
  }
  try {
    return await tools.until(looked, { ...limits, late: (afterMs) => trouble ?? limits.late(afterMs) });
  } finally {
    through?.close();
  }
}

/** The machine's address with what the bot logs in with, and how it waits for it. */
export function doorOf(
  { context, target }: Pick<MachineRun, 'context' | 'target'>,
  { signal, tell }: Tools,
  at: Reached | Doorstep,
  patienceMs = LOGIN_PATIENCE_MS,
): [SshAddress, SshOptions] {
  const hostKeys = 'hostKey' in at ? [at.hostKey] : at.hostKeys;
  return [
    sshAddress(sshAccessOf(context, target), at.host, hostKeys),
    {
      signal,
      patienceMs,
      // CircleCI may be stopped meanwhile: nobody shall wonder why.
      onTrouble: (what) => void tell(`no answer yet: ${what}`),
    },
  ];
}
