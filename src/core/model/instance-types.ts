/** Families that can stand in for one another: the same processors and the same share of memory, newest first. */
const FAMILIES: readonly (readonly string[])[] = [
  ['m7i', 'm6i', 'm6a', 'm5', 'm5a', 'm5n', 'm4'],
  ['c7i', 'c6i', 'c6a', 'c5', 'c5a', 'c5n', 'c4'],
  ['r7i', 'r6i', 'r6a', 'r5', 'r5a', 'r5n', 'r4'],
  ['t3', 't3a', 't2'],
  ['m8g', 'm7g', 'm6g'],
  ['c8g', 'c7g', 'c6gn', 'c6g'],
  ['r8g', 'r7g', 'r6g'],
];

/**
 * Types of the same size that could take the place of one that AWS has no room for, the likeliest first: the same
 * family's neighbours are least full of surprises. Empty for a type nobody knows.
 */
export function alternativesTo(type: string): string[] {
  const [family = '', size] = type.split('.');
  const known = FAMILIES.find((families) => families.includes(family));
  if (known === undefined || size === undefined) return [];
  const at = known.indexOf(family);
  return known
    .map((other, i) => ({ other, far: Math.abs(i - at) }))
    .filter(({ far }) => far > 0)
    .sort((a, b) => a.far - b.far)
    .map(({ other }) => `${other}.${size}`);
}
