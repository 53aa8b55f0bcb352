import { type Disk, putDirectory, putFile } from '../../../sandbox/machine/disk/disk.ts';
import type { MachineRoot } from '../../contracts/machine-under-test.ts';

/** A machine's file system, from outside. */
export function rootOf(disk: Disk): MachineRoot {
  const at = (path: string) => {
    const node = disk.files.get(path);
    if (node === undefined) throw new Error(`There is no ${path}`);
    return node;
  };
  return {
    read: async (path) => at(path).bytes.toString('latin1'),
    write: async (path, text, mode = '644') =>
      putFile(disk, path, Buffer.from(text, 'latin1'), { mode: Number.parseInt(mode, 8) }),
    mkdir: async (path) => putDirectory(disk, path),
    link: async (path, to) => {
      putFile(disk, path, '');
      Object.assign(at(path), { kind: 'link', target: to, mode: 0o777 });
    },
    exists: async (path) => disk.files.has(path),
    list: async (path) =>
      [...disk.files.keys()]
        .filter((one) => one.startsWith(`${path}/`))
        .map((one) => one.slice(path.length + 1))
        .sort(),
    mode: async (path) => at(path).mode.toString(8),
  };
}
