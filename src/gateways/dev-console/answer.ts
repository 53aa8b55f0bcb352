import { createEcho } from './echo.ts';
import { isFarewell } from './farewell.ts';

/** What stands between a form and the next prompt; lines are cut, and without blanks around them. */
export interface Answer {
  /**
   * What of the two it printed: a line that is `nil`, or one that begins as a map or a record does. A map may go on over
   * several lines, whatever those hold; one behind a `nil` makes it unclear which of them is the answer.
   */
  value?: 'nil' | 'map' | 'unclear';
  /** Set where the form threw: the lines from the exception on. */
  thrown?: string[];
  /** The first lines of all, whatever they are. */
  lines: string[];
}

export interface AnswerReader {
  /** Takes plain text; true when the prompt is there again. What stands behind the prompt is lost. */
  take(text: string): boolean;
  /** Whether it ends with a prompt, though not on a line of its own: it is one if nothing follows. */
  mayBeAtPrompt(): boolean;
  answer(): Answer;
  /** The newest line that is not empty. */
  last(): string;
}

const PROMPT = /^user=>/;
const PROMPT_INSIDE = /user=>\s*$/;

/** What Clojure's REPL prints of a value. Another thread's JSON has a colon behind its first key. */
const MAP = /^(?:\{(?!\s*"[^"]*"\s*:)|#[\w.$:-]*[{<[])/;
const VALUE = /^(?:nil|true|false|[-+]?\d[\d./eMN]*|:[\w.*+!?<>=/-]+|".*"|[([].*|#.*)$/;

/** Printed by the REPL alone, from Clojure 1.10 on. */
const REPL_EXCEPTION = /^(?:Execution error|Syntax error|Unexpected error|Error printing return value)\b/;
/** `ClassNotFoundException circle.model.build …` of older REPLs, and `java.io.IOException: …`, which others print too. */
const EXCEPTION = /^(?:[\w$]+\.)*(?=[A-Z])\w*(?:Exception|ExceptionInfo|Error|Throwable)\b/;

const LONGEST_LINE = 400;
const MOST_LINES = 4;

/**
 * Reads what the console prints after a form was typed. The answer begins behind the form's own echo, which tells it from
 * the noise before, and ends at a prompt on a line of its own. An echo that comes again (the terminal's and then the line
 * editor's) begins it anew. A REPL prints something for every value, so a prompt with nothing before it is not the end.
 */
export function createAnswerReader(form: string): AnswerReader {
  const echo = createEcho(form);
  let found = nothing();
  let state: 'before the echo' | 'behind the echo' | 'answer' = 'before the echo';
  let line = '';
  let tail = '';
  let lastLine = '';
  let throwing: string[] | undefined;
  let quoted: string[] | undefined;

  function begin(): void {
    found = nothing();
    throwing = undefined;
    quoted = undefined;
    state = 'behind the echo';
    line = '';
    lastLine = '';
  }

  function endLine(): void {
    const text = line.trim();
    line = '';
    if (text === '') return;
    if (!isFarewell(text)) lastLine = text;
    if (state === 'answer') note(text);
  }

  function note(text: string): void {
    if (found.lines.length < MOST_LINES) found.lines.push(text);
    if (found.value === 'map') return;
    if (throwing !== undefined || REPL_EXCEPTION.test(text)) throwing = added(throwing, text);
    else if (quoted !== undefined || EXCEPTION.test(text)) quoted = added(quoted, text);
    if (MAP.test(text)) found.value = found.value === undefined ? 'map' : 'unclear';
    else if (text === 'nil') found.value ??= 'nil';
    if (found.value !== undefined || VALUE.test(text)) found.hasValue = true;
  }

  /** True where it makes the prompt. */
  function takeChar(char: string): boolean {
    tail = (tail + char).slice(-16);
    if (char === '\n') {
      const ends = state === 'behind the echo';
      endLine();
      if (ends) state = 'answer';
    } else if (line.length < LONGEST_LINE && state !== 'behind the echo') {
      line += char;
    }
    if (echo.take(char)) begin();
    return state === 'answer' && found.lines.length > 0 && PROMPT.test(line.trimStart());
  }

  return {
    take(text) {
      for (const char of text) if (takeChar(char)) return true;
      return false;
    },
    mayBeAtPrompt: () =>
      state === 'answer' &&
      PROMPT_INSIDE.test(tail) &&
      (found.lines.length > 0 || !PROMPT.test(line.trimStart())),
    answer() {
      // An exception in place of a value is the form's own; beside a value it is another thread's.
      const thrown = throwing ?? (found.hasValue ? undefined : quoted);
      const { value, lines } = found;
      return {
        lines,
        ...(value === undefined ? {} : { value }),
        ...(thrown === undefined ? {} : { thrown }),
      };
    },
    last: () => line.trim() || lastLine,
  };
}

function nothing(): Pick<Answer, 'value' | 'lines'> & { hasValue: boolean } {
  return { hasValue: false, lines: [] };
}

function added(lines: readonly string[] | undefined, text: string): string[] {
  return [...(lines ?? []), text].slice(0, MOST_LINES);
}
