import type { MachineFaults } from '../faults.ts';
import { type Disk, putDirectory, putFile, textAt } from './disk.ts';
import type { MountedShare, Shares } from './shares.ts';

export interface MountLine {
  source: string;
  target: string;
  type: string;
  options: string;
}

/** `/proc/mounts` and `/etc/fstab` have the same columns. */
export function parseMounts(text: string): MountLine[] {
  return text.split('\n').flatMap((line) => {
    const [source, target, type, options] = line.trim().split(/\s+/);
    if (!source || source.startsWith('#') || !target || !type || !options) return [];
    return [{ source, target, type, options }];
  });
}

/** The shares of its fstab that are mounted now. One that nobody has filled is empty. */
export function mountedShares(disk: Disk, faults: MachineFaults, shares: Shares): MountedShare[] {
  const { nfs } = disk.layout;
  if (nfs === undefined || faults.unmounted.has(nfs.target)) return [];
  const known = shares.get(nfs.source);
  if (known !== undefined) return [{ target: nfs.target, tree: known }];
  const filled: Pick<Disk, 'files'> = { files: new Map() };
  putDirectory(filled, '/');
  for (const [path, text] of Object.entries(nfs.files ?? {})) putFile(filled, `/${path}`, text);
  shares.set(nfs.source, filled.files);
  return [{ target: nfs.target, tree: filled.files }];
}

/** What a kernel shows that has just booted from the disk: everything of its fstab that is not hindered. */
export function mountAll(disk: Disk, faults: MachineFaults): void {
  const others = parseMounts(textAt(disk, '/etc/fstab') ?? '').filter(
    ({ target }) => target !== '/' && !faults.unmounted.has(target),
  );
  const lines = [
    'proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0',
    '/dev/nvme0n1p1 / ext4 rw,relatime,discard,data=ordered 0 0',
    'tmpfs /run tmpfs rw,nosuid,noexec,relatime,mode=755 0 0',
    'overlay /var/lib/docker/overlay2/4f1c/merged overlay rw,relatime 0 0',
    ...others.map(({ source, target, type }) => `${source} ${target} ${type} rw,relatime,vers=4.1 0 0`),
  ];
  putFile(disk, '/proc/mounts', lines.map((line) => `${line}\n`).join(''), { mode: 0o444 });
  if (disk.layout.init === 'systemd') putDirectory(disk, '/run/systemd/system');
}
