/** One holder at a time; the others follow in the order in which they asked. */
export interface FairLock {
  obtain(): Promise<void>;
  /** Only for who holds it. */
  release(): void;
}

export function createFairLock(): FairLock {
  const waiting: (() => void)[] = [];
  let isHeld = false;
  return {
    obtain() {
      if (isHeld) return new Promise((resolve) => waiting.push(resolve));
      isHeld = true;
      return Promise.resolve();
    },
    release() {
      const next = waiting.shift();
      if (next === undefined) isHeld = false;
      else next();
    },
  };
}
