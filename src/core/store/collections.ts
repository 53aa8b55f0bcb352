/** One thing of a collection; its version rises with each change. */
export interface Item<T> {
  id: string;
  value: T;
  version: number;
}

/**
 * Things that people decide or do while no workflow sleeps: JSON data under an id, changed by compare-and-set. What is
 * `open` waits for somebody, and is found again after a restart.
 */
export interface Collection<T> {
  /** false when there is one with this id already, which then stays as it is. */
  insert(id: string, value: T, open: boolean): Promise<boolean>;
  get(id: string): Promise<Item<T> | undefined>;
  /** false when it has another version by now: read it again, and decide anew. */
  replace(id: string, version: number, value: T, open: boolean): Promise<boolean>;
  /** By id. */
  open(): Promise<Item<T>[]>;
}
