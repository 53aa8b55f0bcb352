/** A file system that is mounted somewhere, or that /etc/fstab wants to be. */
export interface Mount {
  /** `/dev/nvme1n1`, `fs-0123.efs.example.com:/`, `UUID=…`; without passwords. */
  source: string;
  target: string;
  /** `ext4`, `nfs4`, … */
  type: string;
  /** Those that it is on, where it is on any that the machine's kernel shows. */
  disks?: Disk[] | undefined;
}

/** A disk as the machine's kernel shows it. */
export interface Disk {
  /** `nvme1n1`, `xvdf` */
  name: string;
  /** As an NVMe disk of EC2 itself says it. */
  volumeId?: string | undefined;
  /** It comes and goes with the machine, and is in no image. */
  isInstanceStore?: true | undefined;
}

/** The last of the mounts that a path lies on: a later one hides what lies below it, but the root, which the boot moves. */
export function mountAt(path: string, mounted: readonly Mount[]): Mount | undefined {
  let found: Mount | undefined;
  for (const mount of mounted) {
    const isRoot = mount.target === '/';
    if (isRoot ? found === undefined || found.target === '/' : isWithin(path, mount.target)) found = mount;
  }
  return found;
}

/** Whether a path is a folder, or lies in it. */
export function isWithin(path: string, folder: string): boolean {
  return folder === '/' || path === folder || path.startsWith(`${folder}/`);
}
