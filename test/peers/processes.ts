import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

function readPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** What a process's own files in /proc say; undefined where it has ended meanwhile. */
function tryRead<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** The processes that a process has started and that still run. */
export function childrenOf(parent: number): number[] {
  return readPids().filter((pid) => {
    // The name in parentheses may hold anything; after it come the state and the parent.
    const stat = tryRead(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
    return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1] === String(parent);
  });
}

/** The processes whose file system begins at this folder. */
export function processesIn(root: string): number[] {
  return readPids().filter((pid) => tryRead(() => readlinkSync(`/proc/${pid}/root`)) === root);
}

/** The processes whose working folder this is. */
export function processesAt(folder: string): number[] {
  return readPids().filter((pid) => tryRead(() => readlinkSync(`/proc/${pid}/cwd`)) === folder);
}

/** The names of what runs there. */
export function commandsIn(root: string): string[] {
  return processesIn(root).flatMap((pid) => commandOf(pid) ?? []);
}

export function commandOf(pid: number): string | undefined {
  return tryRead(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trim());
}

/** Ends processes at once, by their ids. */
export function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    tryRead(() => process.kill(pid, 'SIGKILL'));
  }
}
