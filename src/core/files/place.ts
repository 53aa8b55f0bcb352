import type { SeenData } from '../model/coverage.ts';
import type { AttachedVolume } from '../model/instance.ts';
import type { Disk, Mount } from '../model/mount.ts';

/** Where a file system is, as far as a backup is concerned. */
export interface Place {
  /** In the image that a backup makes. */
  inImage: boolean;
  /** `on the root volume`, `on NFS (nas:/x)` */
  words: string;
}

const NETWORK: Record<string, string> = {
  nfs: 'NFS',
  nfs4: 'NFS',
  efs: 'EFS',
  cifs: 'a Windows share',
  smb3: 'a Windows share',
  lustre: 'Lustre',
  ceph: 'Ceph',
  glusterfs: 'GlusterFS',
};

const EFS = /^fs-[0-9a-f]{8,17}\.efs\./;

/** What is not proven to be on one of the volumes that EC2 shows on the machine is in no image. */
export function placeOf(mount: Mount, { mounted, volumes }: Pick<SeenData, 'mounted' | 'volumes'>): Place {
  const { source, type, disks = [] } = mount;
  const root = mounted.find(({ target }) => target === '/');
  if (mount.target === '/' || (source.startsWith('/dev/') && source === root?.source))
    return { inImage: true, words: 'on the root volume' };
  const network = type.startsWith('nfs') && EFS.test(source) ? 'EFS' : NETWORK[type];
  if (network !== undefined) return outside(`on ${network} (${source})`);
  if (type.startsWith('fuse')) return outside(`on FUSE (${type}, ${source})`);
  if (type === 'tmpfs' || type === 'ramfs') return outside('in memory');
  if (type === 'autofs') return outside('at an automount that did not mount anything');
  if (disks.some(({ isInstanceStore }) => isInstanceStore))
    return outside(`on an instance store (${source}), which goes with the machine`);
  const known = disks.flatMap((disk) => volumeOf(disk, volumes)?.volumeId ?? []);
  if (known.length > 0 && known.length === disks.length)
    return { inImage: true, words: `on ${known.join(' and ')}` };
  return outside(`on ${source} (${type}), which is none of the volumes that EC2 shows`);
}

function outside(words: string): Place {
  return { inImage: false, words };
}

function volumeOf(disk: Disk, volumes: readonly AttachedVolume[]): AttachedVolume | undefined {
  if (disk.volumeId !== undefined) return volumes.find(({ volumeId }) => volumeId === disk.volumeId);
  const letter = letterOf(disk.name);
  return letter === undefined ? undefined : volumes.find(({ device }) => letterOf(device) === letter);
}

/** Older machines show `/dev/sdf` as `xvdf`, and `/dev/sda1` as `xvda` (EC2 user guide, "Device names"). */
function letterOf(device: string): string | undefined {
  return /^(?:\/dev\/)?(?:sd|xvd)([a-z]{1,2})\d{0,2}$/.exec(device)?.[1];
}
