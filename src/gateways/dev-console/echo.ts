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
  /** Where each character stands in it: a machine may print any number of lines, and nothing else is looked at for each. */
  const places = new Map<string, number[]>();
  for (const [at, char] of wanted.entries()) places.set(char, [...(places.get(char) ?? []), at]);
  /** How many characters of it there may be so far, where the next may be its next: the first `ways` of these. */
  let matched = new Uint32Array(wanted.length);
  let next = new Uint32Array(wanted.length);
  let ways = 0;
  const isMatched = new Uint8Array(wanted.length + 1);
  /** How many there may have been once: it goes on at the start of a line, where the rest of one was not its own. */
  const begun = new Uint8Array(wanted.length + 1);
  let isLineStart = false;

  return {
    take(char) {
      if (char === '\n') isLineStart = true;
      if (BLANK.test(char)) return false;
      let found = 0;
      for (const at of places.get(char) ?? []) {
        if (at !== 0 && isMatched[at] !== 1 && !(isLineStart && begun[at] === 1)) continue;
        next[found] = at + 1;
        found += 1;
      }
      for (let way = 0; way < ways; way += 1) isMatched[matched[way] ?? 0] = 0;
      for (let way = 0; way < found; way += 1) isMatched[next[way] ?? 0] = begun[next[way] ?? 0] = 1;
      [matched, next, ways] = [next, matched, found];
      isLineStart = false;
      if (isMatched[wanted.length] !== 1) return false;
      ways = 0;
      isMatched.fill(0);
      begun.fill(0);
      return true;
    },
  };
}
