import type { DevConsole, OpenDevConsole } from '../../core/cleanup/dev-console.ts';
import { sshAddress } from '../../core/model/ssh-access.ts';
import { targetNamed } from '../../core/model/target.ts';
import type { SshConnection } from '../../core/ports/ssh.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { NOT_SHOWN } from '../../core/text/program-words.ts';
import { durationInWords } from '../../core/text/words.ts';
import type { CleanupInput } from '../../runs/cleanup.ts';
import type { MachineContext, RunContext } from '../run/context.ts';
import { CanceledError } from '../run/interruptions.ts';
import { type Reached, sshAccessOf } from '../run/machine.ts';
import type { Tools } from '../run/run.ts';

const LOGIN_PATIENCE_MS = 5 * 60_000;
/** MongoDB's own time-out is half a minute; a build with much output takes its time. */
const ANSWER_MS = 2 * 60_000;

/** Where a clean-up works on the dev-console. */
export interface ConsoleContext {
  openConsole: OpenDevConsole;
  /** How long one answer of the dev-console may take, in wall ms; a default of minutes when missing. */
  consoleAnswerMs?: number | undefined;
}

/** The one console of a run in this process; opened when it is needed, and again once it was lost. */
export interface CleanupConsole {
  /** Keeps a connection that was just made, for the console to be opened on. */
  use(connection: SshConnection): void;
  /** The open console, or a new one; the stage's message shows the wait. */
  get(reached: Reached, tools: Tools): Promise<DevConsole>;
  /** Gives up what is broken. */
  drop(): void;
  /** Leaves the console as a person would, and hangs up. */
  close(): Promise<void>;
}

export function createCleanupConsole(
  context: RunContext & MachineContext & ConsoleContext,
  { runId, target }: Pick<CleanupInput, 'runId' | 'target'>,
): CleanupConsole {
  let connection: SshConnection | undefined;
  let console: DevConsole | undefined;

  /** A wish to stop ends the wait for a prompt, and never a deletion. */
  async function open(reached: Reached, tools: Tools): Promise<DevConsole> {
    const ending = new AbortController();
    const canceled = context.cancelSignal(runId);
    const cancel = () => ending.abort(canceled.reason);
    // A wish that was there before was decided on.
    canceled.addEventListener('abort', cancel, { once: true });
    const tell = (detail: string) => void tools.tell(detail);
    try {
      connection ??= await connect(reached, tools, ending.signal);
      const { command, openMs } = devConsoleOf();
      tell('waiting for the console');
      return await context.openConsole(connection, {
        command,
        openMs,
        answerMs: context.consoleAnswerMs ?? ANSWER_MS,
        signal: AbortSignal.any([tools.signal, ending.signal]),
        onWaiting: ({ sinceMs, last }) =>
          tell(
            `waiting for the console since ${durationInWords(sinceMs)}${last === '' || last === NOT_SHOWN ? '' : `; it printed “${last}”`}`,
          ),
      });
    } catch (error) {
      drop();
      // What a lost connection says of it is not the reason.
      tools.signal.throwIfAborted();
      if (ending.signal.reason instanceof CanceledError) throw ending.signal.reason;
      throw error;
    } finally {
      canceled.removeEventListener('abort', cancel);
    }
  }

  function connect({ host, hostKey }: Reached, tools: Tools, ending: AbortSignal): Promise<SshConnection> {
    const access = sshAccessOf(context, target);
    return context.openSsh(sshAddress(access, host, [hostKey]), {
      signal: AbortSignal.any([tools.signal, ending]),
      patienceMs: LOGIN_PATIENCE_MS,
    });
  }

  function devConsoleOf() {
    const found = targetNamed(context.targets, target);
    if (found === undefined) throw new ProblemError({ code: 'approval-target-gone', target });
    return found.devConsole;
  }

  function drop(): void {
    connection?.close();
    connection = undefined;
    console = undefined;
  }

  return {
    use(made) {
      drop();
      connection = made;
    },
    async get(reached, tools) {
      console ??= await open(reached, tools);
      return console;
    },
    drop,
    async close() {
      await console?.close();
      drop();
    },
  };
}
