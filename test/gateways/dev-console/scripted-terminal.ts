import type { Terminal } from '../../../src/core/ports/ssh.ts';

/** A terminal whose other end is a function of the lines that are typed. */
export interface ScriptedTerminal extends Terminal {
  /** Every line that was typed, and Ctrl-D as `^D`. */
  typed: string[];
  isClosed(): boolean;
  print(text: string): void;
  /** The shell ends; with an error, the connection does. */
  end(error?: unknown): void;
}

/** `react` gives what is printed for a line, its echo included; undefined for silence. */
export function scriptedTerminal(
  react: (line: string, terminal: ScriptedTerminal) => string | undefined,
): ScriptedTerminal {
  const pieces: string[] = [];
  const typed: string[] = [];
  let end: { error?: unknown } | undefined;
  let wake = () => {};
  let line = '';

  async function* read(): AsyncGenerator<string> {
    for (;;) {
      const piece = pieces.shift();
      if (piece !== undefined) yield piece;
      else if (end === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      } else break;
    }
    if (end.error !== undefined) throw end.error;
  }

  function key(char: string): void {
    if (char !== '\r' && char !== '\u0004') {
      line += char;
      return;
    }
    const whole = char === '\r' ? line : '^D';
    line = '';
    typed.push(whole);
    const printed = react(whole, terminal);
    if (printed !== undefined) terminal.print(printed);
  }

  const terminal: ScriptedTerminal = {
    typed,
    output: read(),
    isClosed: () => end !== undefined,
    write: (text) => {
      for (const char of text) key(char);
    },
    print(text) {
      if (end === undefined) pieces.push(text);
      wake();
    },
    end(error) {
      end ??= error === undefined ? {} : { error };
      wake();
    },
    close: () => terminal.end(),
  };
  return terminal;
}

/** A console over a set of addresses: it finds and deletes, and prints as Clojure does. */
export function consoleOver(
  builds: Set<string>,
  change: (line: string, usual: string) => string | undefined = (_line, usual) => usual,
): ScriptedTerminal {
  return scriptedTerminal((line, terminal) => {
    if (line === '^D') return terminal.end() ?? undefined;
    const url = /"(.*)"/.exec(line)?.[1] ?? '';
    if (line.includes('dev-console')) return change(line, `$ ${line}\r\nLoading ...\r\nuser=> `);
    const value = line.includes('delete-build')
      ? `${builds.delete(url)}`
      : builds.has(url)
        ? `{:build_num 7, :vcs_url "${url}"}`
        : 'nil';
    return change(line, `${line}\r\n${value}\r\nuser=> `);
  });
}
