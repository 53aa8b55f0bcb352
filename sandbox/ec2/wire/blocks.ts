/** Bytes of a block of the EBS direct APIs. */
export const BLOCK_BYTES = 512 * 1024;

/** What happened to a volume's blocks: a list of changes for each snapshot, so that any two can be compared. */
export interface BlockHistory {
  /** Blocks in use now, those not yet in a snapshot included. */
  used(): number;
  /** Writes `count` blocks, chosen by lot but the same in every run; `fresh` blocks were not used before. */
  change(count: number, fresh?: number): void;
  /** Ends the current epoch and gives its number: what a snapshot taken now contains. */
  mark(): number;
  /** Whether a snapshot was taken of this volume yet. */
  marked(): boolean;
  /** Indexes in use at an epoch, ascending. */
  at(epoch: number): Uint32Array;
  /** Indexes changed between two epochs, whichever comes first, ascending. */
  between(one: number, other: number): Uint32Array;
}

/** `total` and `used` are counts of blocks; `seed` makes two volumes differ. */
export function blockHistory(total: number, used: number, seed: number): BlockHistory {
  const random = lots(seed);
  const taken = new Uint8Array(total);
  const inUse: number[] = [];
  const epochs: number[][] = [];
  let open: number[] = [];

  function writeFresh(index: number) {
    taken[index] = 1;
    inUse.push(index);
    open.push(index);
  }

  function freshIndex(): number {
    let index = Math.floor(random() * total);
    while (taken[index]) index = (index + 1) % total;
    return index;
  }

  // A file system fills a volume in runs, from its beginning; the gaps are what was deleted since.
  for (let index = 0; inUse.length < Math.min(used, total); index++) {
    const left = total - index;
    if (left <= used - inUse.length || random() < 0.9) writeFresh(index);
  }

  return {
    used: () => inUse.length,
    change(count, fresh = 0) {
      const newcomers = Math.min(fresh, total - inUse.length);
      const chosen = new Set<number>();
      const rewrites = Math.min(count - newcomers, inUse.length);
      while (chosen.size < rewrites) chosen.add(inUse[Math.floor(random() * inUse.length)] ?? 0);
      open.push(...chosen);
      for (let done = 0; done < newcomers; done++) writeFresh(freshIndex());
    },
    mark() {
      epochs.push(open);
      open = [];
      return epochs.length - 1;
    },
    marked: () => epochs.length > 0,
    at: (epoch) => union(epochs.slice(0, epoch + 1)),
    between: (one, other) => union(epochs.slice(Math.min(one, other) + 1, Math.max(one, other) + 1)),
  };
}

function union(lists: number[][]): Uint32Array {
  const all = new Set<number>();
  for (const list of lists) for (const index of list) all.add(index);
  return Uint32Array.from(all).sort();
}

/** Numbers in [0, 1) that look random and are the same in every run (mulberry32). */
function lots(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
