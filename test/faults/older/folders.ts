import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

/** What a bot of version 720cc20 left when it was killed at this point of its run, as its databases have it. */
export interface OlderFolder {
  /** What it did: a `live` backup, a restore that is `undone`, … */
  course: string;
  /** E.g. `image/started`. */
  point: string;
  /** The run that was under way; missing before it began, and once it had its last word. */
  run?: string;
  /** Writes it into a folder. */
  write(folder: string): void;
}

const FILES = ['store.db', 'engine.db'] as const;

/**
 * Version 720cc20 ran its kill suites with an `observe` that copied both databases at each point, which is what a kill
 * leaves there. They are kept in one file, for they are nearly the same: the length of a list in four bytes, the list of
 * folders with the length of each database, and the databases one after another.
 */
export function olderFolders(): OlderFolder[] {
  const all = brotliDecompressSync(readFileSync(new URL('./folders.br', import.meta.url)));
  const listEnds = 4 + all.readUInt32LE(0);
  const list: (Omit<OlderFolder, 'write'> & Record<(typeof FILES)[number], number>)[] = JSON.parse(
    all.subarray(4, listEnds).toString(),
  );
  let at = listEnds;
  return list.map(({ course, point, run, ...lengths }) => {
    const files = FILES.map((name) => {
      const bytes = all.subarray(at, at + lengths[name]);
      at += lengths[name];
      return { name, bytes };
    });
    return {
      course,
      point,
      ...(run === undefined ? {} : { run }),
      write(folder) {
        mkdirSync(folder, { recursive: true });
        for (const { name, bytes } of files) writeFileSync(join(folder, name), bytes);
      },
    };
  });
}
