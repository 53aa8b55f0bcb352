/** What is drawn by chance, and is the same each time for a seed. */
export interface Draws {
  /** From 0 up to 1. */
  number(): number;
  /** From 0 up to `below`, whole. */
  whole(below: number): number;
  chance(probability: number): boolean;
  one<T>(of: readonly T[]): T;
  /** As many of these, each once. */
  some<T>(count: number, of: readonly T[]): T[];
}

/** mulberry32; text is taken as a seed by its FNV-1a hash. */
export function drawsOf(seed: number | string): Draws {
  let state = typeof seed === 'number' ? seed : hashOf(seed);
  const number = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (below: number) => Math.floor(number() * below);
  return {
    number,
    whole,
    chance: (probability) => number() < probability,
    one(of) {
      const drawn = of[whole(of.length)];
      if (drawn === undefined) throw new Error('there is nothing to draw from');
      return drawn;
    },
    some(count, of) {
      const left = [...of];
      return Array.from({ length: Math.min(count, of.length) }, () =>
        left.splice(whole(left.length), 1),
      ).flat();
    },
  };
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}
