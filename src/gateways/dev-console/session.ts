import type { ClojureForm } from '../../core/cleanup/clojure.ts';
import type { ConsoleOptions } from '../../core/cleanup/dev-console.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Terminal } from '../../core/ports/ssh.ts';
import type { ConsoleProblem } from '../../core/problems/console.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { type Answer, createAnswerReader } from './answer.ts';
import { createInbox } from './inbox.ts';
import { createPlainText } from './plain-text.ts';
import { createPromptReader } from './prompt-reader.ts';

/** How often somebody is told that the prompt is awaited. */
const TELL_EVERY_MS = 5_000;
/** How long nothing may follow a prompt behind other text, until it counts. */
const QUIET_MS = 2_000;
/** How long the console may take to leave. */
const LEAVE_MS = 5_000;

/** The keys Return and Ctrl-D, as a person presses them. */
const RETURN = '\r';
const END = '\u0004';

/** A console at its prompt. One call at a time. */
export interface Session {
  ask(form: ClojureForm, during: string): Promise<Answer>;
  /** Gives the session up; what it gives back is to be thrown. */
  lose(error: unknown): unknown;
  leave(): Promise<void>;
}

export interface SessionOptions extends ConsoleOptions {
  clock: Clock;
  /** Of what was printed what cannot be secret, as one line; `asked`: what the bot itself has typed. */
  shown: (text: string, asked: string) => string;
}

/** Types the command into the login shell and waits for the prompt. */
export async function openSession(terminal: Terminal, options: SessionOptions): Promise<Session> {
  const { clock, signal, shown } = options;
  const opening = createPromptReader();
  let during = options.command;
  const said = (text: string) => shown(text, `${options.command} ${during}`);
  let last = () => opening.last();
  const inbox = createInbox(plainly(terminal.output), {
    clock,
    signal,
    ended: () => new ProblemError({ code: 'console-ended', during, last: said(last()) }),
  });
  // Set once the session is lost: what comes later could be the answer to an older form.
  let lost: unknown;

  function lose(error: unknown): unknown {
    lost ??= error;
    terminal.close();
    return lost;
  }

  async function readTo(
    until: (text: string) => boolean,
    limits: { ms: number; nextMs: () => number; idle?: () => boolean; late: () => ConsoleProblem },
  ): Promise<void> {
    const end = clock.now() + limits.ms;
    for (;;) {
      const left = end - clock.now();
      const text = await inbox.next(Math.max(0, Math.min(left, limits.nextMs())));
      if (text !== undefined && until(text)) return;
      if (text === undefined && limits.idle?.()) return;
      if (clock.now() >= end) throw new ProblemError(limits.late());
    }
  }

  async function open(): Promise<void> {
    const startedAt = clock.now();
    // The shell ends with the console: that there will be no prompt is known as soon as it is so.
    terminal.write(`${options.command}; exit${RETURN}`);
    await readTo((text) => opening.take(text), {
      ms: options.openMs,
      nextMs: () => TELL_EVERY_MS,
      idle() {
        options.onWaiting?.({ sinceMs: clock.now() - startedAt, last: said(opening.last()) });
        return false;
      },
      late: () => ({ code: 'console-not-opened', afterMs: options.openMs, last: said(opening.last()) }),
    });
  }

  try {
    await open();
  } catch (error) {
    throw lose(error);
  }

  return {
    lose,
    async ask(form, what) {
      if (lost !== undefined) throw lost;
      const reader = createAnswerReader(form);
      during = what;
      last = () => reader.last();
      try {
        terminal.write(form + RETURN);
        await readTo((text) => reader.take(text), {
          ms: options.answerMs,
          nextMs: () => (reader.mayBeAtPrompt() ? QUIET_MS : options.answerMs),
          idle: () => reader.mayBeAtPrompt(),
          late: () => ({ code: 'console-silent', during, afterMs: options.answerMs, last: said(last()) }),
        });
      } catch (error) {
        throw lose(error);
      }
      return reader.answer();
    },
    async leave() {
      if (lost !== undefined) return;
      during = 'leaving';
      terminal.write(END);
      // A client that is cut off could leave its JVM behind on the machine; one that is told to end does not.
      await readTo(() => false, {
        ms: LEAVE_MS,
        nextMs: () => LEAVE_MS,
        late: () => ({ code: 'console-silent', during, afterMs: LEAVE_MS, last: '' }),
      }).catch(lose);
    },
  };
}

async function* plainly(output: AsyncIterable<string>): AsyncGenerator<string> {
  const plain = createPlainText();
  for await (const piece of output) yield plain(piece);
}
