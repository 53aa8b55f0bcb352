import { closest, distance } from 'fastest-levenshtein';

/** The known name that a misspelled one stands for: one wrong letter in five at the most, whatever the case. */
export function nearName<T extends string>(name: string, known: readonly T[]): T | undefined {
  const upper = name.toUpperCase();
  const nearest = known.find((one) => one === closest(upper, known));
  if (nearest === undefined) return undefined;
  return distance(upper, nearest) <= Math.floor(Math.min(name.length, nearest.length) / 5)
    ? nearest
    : undefined;
}
