/** A service of AWS in each region, made at the first question about it. */
export function createRegions<P extends { close(): void }, S, D>(
  make: (settings: S & { region: string }, deps: D) => P,
  settings: S,
  deps: D,
): { of(region: string): P; close(): void } {
  const made = new Map<string, P>();
  return {
    of(region) {
      const one = made.get(region) ?? make({ region, ...settings }, deps);
      made.set(region, one);
      return one;
    },
    close() {
      for (const one of made.values()) one.close();
    },
  };
}
