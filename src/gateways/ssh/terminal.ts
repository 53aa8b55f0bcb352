import type { NodeSSH } from 'node-ssh';
import type { Terminal } from '../../core/ports/ssh.ts';
import type { MachineProblem } from '../../core/problems/machine.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { OUTPUT_LIMIT_BYTES } from './limit.ts';

const DURING = 'a terminal';

/** So wide that no line of a REPL is broken, and so dumb that nothing draws on it. */
const DUMB = { term: 'dumb', cols: 1_000, rows: 50 };

/** How the output ended: without a reason as it should. */
interface End {
  reason?: unknown;
}

export async function openTerminal(
  ssh: NodeSSH,
  { host, signal }: { host: string; signal: AbortSignal },
): Promise<Terminal> {
  signal.throwIfAborted();
  const dropped: MachineProblem = { code: 'ssh-dropped', host, during: DURING };
  const channel = await ssh.requestShell(DUMB).catch((cause: unknown) => {
    throw new ProblemError(dropped, { cause });
  });
  const unread: string[] = [];
  let unreadBytes = 0;
  let end: End | undefined;
  let wake = () => {};

  const finish = (how: End) => {
    if (end !== undefined) return;
    end = how;
    signal.removeEventListener('abort', abort);
    channel.close();
    wake();
  };
  const abort = () => finish({ reason: signal.reason });

  let hasExited = false;
  channel.setEncoding('utf8');
  channel.on('data', (piece: string) => {
    unread.push(piece);
    unreadBytes += piece.length;
    const limitBytes = OUTPUT_LIMIT_BYTES;
    if (unreadBytes > limitBytes) {
      finish({ reason: new ProblemError({ code: 'ssh-flooded', host, during: DURING, limitBytes }) });
    }
    wake();
  });
  channel.stderr.resume();
  channel.on('exit', () => {
    hasExited = true;
  });
  channel.on('error', () => finish({ reason: new ProblemError(dropped) }));
  channel.on('close', () => finish(hasExited ? {} : { reason: new ProblemError(dropped) }));
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();

  async function* read(): AsyncGenerator<string> {
    for (;;) {
      const pieces = unread.splice(0);
      unreadBytes = 0;
      if (pieces.length > 0) yield pieces.join('');
      else if (end !== undefined) break;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
    if ('reason' in end) throw end.reason;
  }

  return {
    write: (text) => void channel.write(text),
    output: read(),
    close: () => finish({}),
  };
}
