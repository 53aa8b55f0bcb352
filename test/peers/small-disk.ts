import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const MOUNT = '/bin/mount';
const UMOUNT = '/bin/umount';

export interface SmallDisk {
  makeRoom(): void;
  /** Takes it out of the machine. */
  unmount(): void;
}

/**
 * Puts the /etc of a small machine on a file system of its own, as small as one can be, and fills that. Needs the right to
 * mount one, which root has but in a container that was not given it.
 */
export function fullDisk(root: string): SmallDisk {
  const etc = join(root, 'etc');
  const before = join(root, 'etc-before');
  const filler = join(etc, 'filler');
  cpSync(etc, before, { recursive: true });
  execFileSync(MOUNT, ['-t', 'tmpfs', '-o', 'size=64k,mode=755', 'tmpfs', etc]);
  try {
    cpSync(before, etc, { recursive: true });
    // BusyBox's df looks here for what is mounted where.
    appendFileSync(join(root, 'proc/mounts'), 'tmpfs /etc tmpfs rw,relatime,size=64k 0 0\n');
    fill(filler);
  } catch (error) {
    unmount();
    throw error;
  }
  return { makeRoom: () => rmSync(filler), unmount };

  function unmount(): void {
    execFileSync(UMOUNT, ['--lazy', etc]);
  }
}

function fill(file: string): void {
  try {
    for (;;) appendFileSync(file, Buffer.alloc(512));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
}
