/**
 * Finds what was typed where the terminal shows it again. Blanks and line ends do not count: a line editor breaks the line
 * at the terminal's width. And it shows key by key, so another thread may print in between, from anywhere to the end of
 * its line.
 */
export interface Echo {
  /** Takes one character; true when it is the last of what was typed. */
  take(char: string): boolean;
}

const BLANK = /\s/;

/** Follows every way to read what came, as each character may be one of the echo's or the first of somebody else's. */
export function createEcho(typed: string): Echo {
  const wanted = Array.from(typed).filter((char) => !BLANK.test(char));
  /** How many characters of it there may be so far, where the next may be its next. */
  let matched = new Set<number>();
  /** The same, where the rest of this line is not its own. */
  let interrupted = new Set<number>();

  return {
    take(char) {
      if (char === '\n') {
        matched = new Set([...matched, ...interrupted]);
        interrupted = new Set();
      }
      if (BLANK.test(char)) return false;
      const next = new Set<number>();
      for (const count of matched.add(0)) {
        if (wanted[count] === char) next.add(count + 1);
        if (count > 0) interrupted.add(count);
      }
      matched = next;
      if (!matched.has(wanted.length)) return false;
      matched = new Set();
      interrupted = new Set();
      return true;
    },
  };
}
