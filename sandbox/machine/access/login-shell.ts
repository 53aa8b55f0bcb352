import type { Session } from '../inside.ts';
import { loginState, runScript, type ShellState } from './session.ts';
import type { Terminal } from './terminal.ts';

/** Set after what was typed: where it is not, the shell was told to end. */
const STILL_HERE = 'sandbox_still_here';

/** Makes the aliases of Replicated known, which bash does for interactive shells alone. */
const INTERACTIVE =
  'shopt -s expand_aliases\nif [ -f /etc/replicated.alias ]; then . /etc/replicated.alias; fi\n';

/** bash on a terminal, until `exit`, Ctrl-D or the client's end. Gives the exit code. */
export async function loginShell(session: Session & { terminal: Terminal }): Promise<number> {
  const { terminal, machine, account } = session;
  const sign = account.uid === 0 ? '#' : '$';
  let state = loginState(session);
  let code = 0;
  terminal.print(`Welcome to Ubuntu 16.04.6 LTS (GNU/Linux 4.4.0-1092-aws x86_64)\n\n`);
  for (;;) {
    const where = state.cwd === account.home ? '~' : state.cwd;
    terminal.print(`${account.name}@${machine.hostname()}:${where}${sign} `);
    const line = await terminal.line();
    if (session.signal.aborted) return code;
    if (line === undefined) {
      terminal.print('logout\n');
      return code;
    }
    if (line.trim() === '') continue;
    const ran = await runLine(session, line, state);
    if (session.signal.aborted) return code;
    state = ran.state;
    code = ran.code;
    terminal.print(Buffer.from(ran.text, 'latin1').toString('utf8'));
    if (!ran.goesOn) {
      terminal.print('logout\n');
      return code;
    }
  }
}

async function runLine(session: Session, line: string, state: ShellState) {
  const outcome = await runScript(session, `${INTERACTIVE}${line}\n${STILL_HERE}=$?`, state);
  const { [STILL_HERE]: code, ...env } = outcome.state.env;
  // What cannot be parsed is not run at all, and ends no shell.
  const goesOn = code !== undefined || /syntax error|unexpected EOF/.test(outcome.stderr);
  return {
    text: outcome.stdout + outcome.stderr,
    code: Number(code ?? outcome.exitCode),
    state: { ...outcome.state, env },
    goesOn,
  };
}
