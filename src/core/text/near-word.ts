import { closest, distance } from 'fastest-levenshtein';

/**
 * How many letters may be wrong, by the lengths of the two words. `guess`: what is offered to a person who typed it.
 * `sure`: what is taken for a slip without asking, as an unknown setting is.
 */
const MOST_WRONG = {
  guess: (_typed: number, meant: number) => Math.max(1, Math.floor(meant / 3)),
  sure: (typed: number, meant: number) => Math.floor(Math.min(typed, meant) / 5),
};

/** The known word that a misspelled one was meant for, whatever the case; undefined where none is near enough. */
export function nearWord<T extends string>(
  word: string,
  known: readonly T[],
  most: keyof typeof MOST_WRONG,
): T | undefined {
  // What is so much longer is near to none of them, and to compare takes the time of both lengths.
  if (word === '' || word.length > 2 * Math.max(0, ...known.map(({ length }) => length))) return undefined;
  const lower = word.toLowerCase();
  const byLower = new Map(known.map((one) => [one.toLowerCase(), one]));
  // Two letters in the wrong order are the commonest slip, and two changes to Levenshtein.
  const letters = sorted(lower);
  const swapped = [...byLower.keys()].find((one) => sorted(one) === letters);
  const found = swapped ?? closest(lower, [...byLower.keys()]);
  const wrong = swapped === undefined ? distance(lower, found) : 0;
  return wrong <= MOST_WRONG[most](lower.length, found.length) ? byLower.get(found) : undefined;
}

function sorted(word: string): string {
  return [...word].sort().join('');
}
