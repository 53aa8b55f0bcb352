import type { SshConnection } from '../../core/ports/ssh.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { asRoot, readMarks } from './as-root.ts';

/** A script that came to its end. */
export interface Ended {
  /** Missing where a signal ended it. */
  code?: number;
  /** One character a byte (latin1). */
  stdout: string;
  stderr: string;
}

export interface Script {
  /** What it does, for messages. */
  during: string;
  script: string;
  args?: readonly string[];
  stdin?: string;
  /** Wall ms, where it may take longer than other answers. */
  timeoutMs?: number;
}

/** Resolves with whatever the script did; rejects where it could not be run at all. */
export type RunAsRoot = (script: Script) => Promise<Ended>;

const NOT_FOUND = 127;

export function createRunAsRoot(
  connection: SshConnection,
  { signal, answerMs }: { signal: AbortSignal; answerMs: number },
): RunAsRoot {
  return async ({ during, script, args, stdin, timeoutMs = answerMs }) => {
    const { code, stdout, stderr } = await connection.run({
      during,
      command: asRoot(script, args),
      timeoutMs,
      signal,
      ...(stdin === undefined ? {} : { stdin }),
    });
    const reached = readMarks(stdout);
    if (reached.by === 'root')
      return { stdout: reached.stdout, stderr, ...(code === undefined ? {} : { code }) };
    if (reached.by === 'nobody') throw new ProblemError({ code: 'shell-unusable', during });
    throw new ProblemError({ code: code === NOT_FOUND ? 'sudo-missing' : 'sudo-refused', during });
  };
}

/** What the script printed; rejects with `machine-command-failed` unless it ended with 0. */
export async function printedBy(run: RunAsRoot, script: Script): Promise<string> {
  const { code, stdout } = await run(script);
  if (code === 0) return stdout;
  throw new ProblemError({
    code: 'machine-command-failed',
    during: script.during,
    ...(code === undefined ? {} : { exitCode: code }),
  });
}
