import type { Build } from '../../core/cleanup/builds.ts';
import { deleteBuildForm, findBuildForm } from '../../core/cleanup/clojure.ts';
import type { Deletion, DevConsole, OpenDevConsole } from '../../core/cleanup/dev-console.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { explain, ProblemError } from '../../core/problems/problem.ts';
import { NOT_SHOWN, programWords } from '../../core/text/program-words.ts';
import type { Redact } from '../../core/text/redact.ts';
import type { Answer } from './answer.ts';
import { openSession, type Session, type SessionOptions } from './session.ts';

/** How often one question is asked where another thread's noise makes it unclear: looking changes nothing. */
const LOOKS = 4;

/** The console over a machine's terminal. `clock` is the wall's: a JVM does not know of any other. */
export function createOpenDevConsole(deps: { clock: Clock; redact: Redact }): OpenDevConsole {
  const shown = (text: string, asked: string) => deps.redact(programWords(text, [asked]));
  return async (connection, options) => {
    const terminal = await connection.openTerminal(options.signal);
    return createDevConsole(await openSession(terminal, { ...options, clock: deps.clock, shown }), shown);
  };
}

function createDevConsole(session: Session, shown: SessionOptions['shown']): DevConsole {
  const inTurn = createTurns();

  /** Undefined where the answer is unclear: then `onUnclear` is told it. */
  async function look(build: Build, onUnclear: (answer: Answer) => void) {
    const answer = await session.ask(findBuildForm(build), `look for ${build.url}`);
    if (answer.thrown === undefined && answer.value === 'map') return 'there';
    if (answer.thrown === undefined && answer.value === 'nil') return 'gone';
    onUnclear(answer);
    return undefined;
  }

  /**
   * `gone` is said only after two answers in a row: an answer that belonged to the form before would be taken for this
   * one's, and `nil` is what that form may well have printed.
   */
  async function find(build: Build): Promise<'there' | 'gone'> {
    let unclear: Answer | undefined;
    let wasGone = false;
    for (let looks = 0; looks < LOOKS; looks += 1) {
      const state = await look(build, (answer) => {
        unclear = answer;
      });
      if (state === 'there' && wasGone) {
        throw session.lose(new ProblemError({ code: 'console-out-of-step', url: build.url }));
      }
      if (state === 'there' || (state === 'gone' && wasGone)) return state;
      if (unclear?.thrown !== undefined) break;
      wasGone = state === 'gone';
    }
    const answer = unclear === undefined ? '' : said(unclear, build);
    throw new ProblemError({ code: 'console-unclear', url: build.url, answer });
  }

  async function deleteBuild(build: Build): Promise<Deletion> {
    const before = await find(build).catch(unclear);
    if (before === 'gone') return { result: 'already-gone' };
    if (before !== 'there') return failed(`${before} Nothing was sent to delete it.`);
    const answer = await session.ask(deleteBuildForm(build), `delete ${build.url}`);
    const after = await find(build).catch(unclear);
    if (after === 'gone' && answer.thrown === undefined) return { result: 'deleted' };
    const answered = `The console answered ${quoted(said(answer, build))} to the deletion`;
    if (after === 'gone') return failed(`${answered}, yet the build is gone.`);
    if (after === 'there') return failed(`${answered}, and the build is still there.`);
    return failed(`${answered}. ${after}`);
  }

  function said({ thrown, lines }: Answer, { url }: Build): string {
    return shown((thrown ?? lines).join(' '), url);
  }

  return {
    find: (build) => inTurn(() => find(build)),
    delete: (build) => inTurn(() => deleteBuild(build)),
    close: () => inTurn(() => session.leave()),
  };
}

/** In words; a lost session stays an error. */
function unclear(error: unknown): string {
  if (!(error instanceof ProblemError) || error.problem.code !== 'console-unclear') throw error;
  return explain(error.problem).reason;
}

function quoted(said: string): string {
  return said === NOT_SHOWN ? 'with what is not shown, as it may be secret,' : `“${said}”`;
}

function failed(message: string): Deletion {
  return { result: 'failed', message };
}

/** One after the other, whether the one before succeeded or not. */
function createTurns() {
  let before: Promise<unknown> = Promise.resolve();
  return <T>(act: () => Promise<T>): Promise<T> => {
    const mine = before.then(act, act);
    before = mine;
    return mine;
  };
}
