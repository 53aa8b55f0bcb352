/** Whether a run is this process's still: whoever stood still for longer than its lease wakes up amid a step. */
export interface Ownership {
  /** Rejects with `TakenOverError` where the engine has given the run to another worker. */
  check(): Promise<void>;
}

/** What gives no promise, or must be possible whoever has the run. */
const FREE = new Set(['close', 'watch', 'then']);

/** The port, each of whose calls begins with that question. */
export function owned<T extends object>(port: T, { check }: Ownership): T {
  return new Proxy(port, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name);
      if (typeof found === 'object' && found !== null) return owned(found, { check });
      if (typeof found !== 'function' || FREE.has(String(name))) return found;
      return async (...asked: unknown[]): Promise<unknown> => {
        await check();
        return Reflect.apply(found, target, asked);
      };
    },
  });
}
