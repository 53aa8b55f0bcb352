import { sshAddress } from '../../core/model/ssh-access.ts';
import type { ServicesMachine } from '../../core/ports/services-machine.ts';
import { type Problem, ProblemError } from '../../core/problems/problem.ts';
import type { BackupInput } from '../../runs/backup.ts';
import type { WorkflowContext } from '../run/context.ts';
import { sshAccessOf } from '../run/current-machine.ts';
import { CanceledError } from '../run/interruptions.ts';
import type { BackupTools } from './stages.ts';

/** A connection that breaks off is made again: every call on the machine may be repeated. */
const TRIES = 3;
const LOGIN_PATIENCE_MS = 2 * 60_000;
const LOOK_EVERY_MS = 5_000;

/** What a machine that starts, or whose application does, says for a while. */
const PASSING = new Set<Problem['code']>([
  'ssh-dropped',
  'ssh-unreachable',
  'ssh-timeout',
  'replicatedctl-silent',
  'replicatedctl-failed',
  'answer-unclear',
]);

/** A machine the bot has logged in to once, and the one host key it trusts there from then on. */
export interface DoorAddress {
  host: string;
  hostKey: string;
}

export interface LookLimits {
  limitMs: number;
  /** What it is when the time is over; trouble that did not pass comes before it. */
  late: (afterMs: number) => Problem;
  /** A wish to stop is not heeded: what is waited for has to come. */
  toTheEnd?: true;
}

/** The way into the machine of a backup. */
export interface BackupDoor {
  /** Over a connection of its own; where that breaks off, the work is begun again. */
  work<T>(tools: BackupTools, at: DoorAddress, work: (machine: ServicesMachine) => Promise<T>): Promise<T>;
  /** Looks again and again until there is an answer, over one connection as long as it lasts. Trouble may pass. */
  watch<T>(
    tools: BackupTools,
    at: DoorAddress,
    look: (machine: ServicesMachine) => Promise<T | undefined>,
    limits: LookLimits,
  ): Promise<T>;
  /** As `watch`, for what is not asked of the machine itself. */
  until<T>(tools: BackupTools, look: () => Promise<T | undefined>, limits: LookLimits): Promise<T>;
}

export function createBackupDoor(context: WorkflowContext, input: BackupInput): BackupDoor {
  const { clock, store, log } = context;

  const open = (tools: BackupTools, { host, hostKey }: DoorAddress) =>
    context.openMachine(sshAddress(sshAccessOf(context, input.target), host, [hostKey]), {
      signal: tools.signal,
      patienceMs: LOGIN_PATIENCE_MS,
    });

  async function throwIfCanceled(): Promise<void> {
    const cancel = (await store.locks.ofRun(input.runId))?.cancel;
    if (cancel !== undefined) throw new CanceledError(cancel.by.userId);
  }

  async function until<T>(
    tools: BackupTools,
    look: () => Promise<T | undefined>,
    { limitMs, late, toTheEnd }: LookLimits,
  ): Promise<T> {
    const since = clock.now();
    for (;;) {
      if (toTheEnd === undefined) await throwIfCanceled();
      const found = await look();
      if (found !== undefined) return found;
      const afterMs = clock.now() - since;
      if (afterMs >= limitMs) throw new ProblemError(late(afterMs));
      await clock.sleep(LOOK_EVERY_MS, toTheEnd === undefined ? tools.cancelOrStop : tools.signal);
      tools.signal.throwIfAborted();
    }
  }

  return {
    until,
    async work(tools, at, work) {
      for (let tried = 1; ; tried += 1) {
        const machine = await open(tools, at);
        try {
          return await work(machine);
        } catch (error) {
          const isDropped = error instanceof ProblemError && error.problem.code === 'ssh-dropped';
          if (!isDropped || tried >= TRIES) throw error;
          log.info({ run: input.runId, tried }, 'the connection broke off; trying again');
        } finally {
          machine.close();
        }
      }
    },
    async watch(tools, at, look, limits) {
      let machine: ServicesMachine | undefined;
      let trouble: Problem | undefined;
      const asked = async () => {
        try {
          machine ??= await open(tools, at);
          const found = await look(machine);
          trouble = undefined;
          return found;
        } catch (error) {
          if (!(error instanceof ProblemError) || !PASSING.has(error.problem.code)) throw error;
          trouble = error.problem;
          // A command that said nothing may have lost its connection without a word.
          if (error.problem.code.startsWith('ssh-') || error.problem.code === 'replicatedctl-silent') {
            machine?.close();
            machine = undefined;
          }
          return undefined;
        }
      };
      try {
        return await until(tools, asked, {
          ...limits,
          late: (afterMs) => trouble ?? limits.late(afterMs),
        });
      } finally {
        machine?.close();
      }
    },
  };
}
