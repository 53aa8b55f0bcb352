/**
 * A port that is loaded at its first use: every method of it waits for `load`, so each has to return a promise. What
 * must be there before (a region, a stream, an end) is in `atOnce`. It cannot be spread: what it holds is not known yet.
 */
export function lazyPort<T extends object>(load: () => Promise<T>, atOnce: Partial<T> = {}): T {
  return new Proxy({} as T, {
    get: (_, name) => {
      // Whoever awaits the port itself asks for `then`: it is no promise.
      if (name === 'then' || Object.hasOwn(atOnce, name)) return Reflect.get(atOnce, name);
      return async (...asked: unknown[]) => {
        const port = await load();
        const method: unknown = Reflect.get(port, name);
        if (typeof method !== 'function') throw new TypeError(`The port has no method ${String(name)}.`);
        return Reflect.apply(method, port, asked);
      };
    },
  });
}
