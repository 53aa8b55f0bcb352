import { ProblemError } from '../../core/problems/problem.ts';
import type { RunAsRoot } from './run-as-root.ts';

const MISSING = 90;

const SCRIPT = `command -v replicatedctl > /dev/null 2>&1 || exit ${MISSING}; replicatedctl "$@"`;

/** Runs `replicatedctl` with these arguments, and gives what it printed. None of the arguments is secret. */
export type Replicatedctl = (...args: string[]) => Promise<string>;

export function createReplicatedctl(run: RunAsRoot): Replicatedctl {
  return async (...args) => {
    const command = `replicatedctl ${args.join(' ')}`;
    const { code, stdout } = await run({ during: command, script: SCRIPT, args }).catch(hanging(command));
    if (code === 0) return stdout;
    if (code === MISSING) throw new ProblemError({ code: 'replicatedctl-missing' });
    throw new ProblemError({
      code: 'replicatedctl-failed',
      command,
      ...(code === undefined ? {} : { exitCode: code }),
    });
  };
}

/** The machine let the bot in and took the command: it is Replicated that does not answer. */
function hanging(command: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof ProblemError) || error.problem.code !== 'ssh-timeout') throw error;
    const { afterMs } = error.problem;
    throw new ProblemError({ code: 'replicatedctl-silent', command, afterMs }, { cause: error });
  };
}
