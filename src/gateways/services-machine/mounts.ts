import type { Mount } from '../../core/ports/services-machine.ts';
import { LINE_MAX, oneLine } from '../../core/text/text.ts';

/** File systems in the network; those on disks have a device as their source. */
const NETWORK = /^(?:nfs4?|cifs|smb3|ceph|glusterfs|lustre|fuse\.(?:glusterfs|s3fs|sshfs|ceph))$/;

/** Docker's own, which come and go with containers; squashfs are snaps. */
const OF_CONTAINERS = /^\/(?:var\/lib\/docker|var\/lib\/containerd|run)\//;

/** `/proc/mounts`, or `/etc/fstab` with what is mounted at boot: those that may hold a person's data. */
export function readMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [source, target, type, options = ''] = line.trim().split(/\s+/).map(unescapeOctal);
    if (source === undefined || target === undefined || type === undefined || source.startsWith('#'))
      return [];
    const isReal =
      NETWORK.test(type) || (/^(?:\/dev\/|UUID=|LABEL=|PARTUUID=)/.test(source) && type !== 'squashfs');
    const isAtBoot = !options.split(',').includes('noauto') && type !== 'swap' && target.startsWith('/');
    return isReal && isAtBoot && !OF_CONTAINERS.test(target) ? [{ source, target, type }] : [];
  });
}

/** Those of the one list whose place is not in the other. */
export function missingFrom(expected: readonly Mount[], mounted: readonly Mount[]): Mount[] {
  const at = (target: string) => target.replace(/(?<=.)\/+$/, '');
  return expected.filter(({ target }) => !mounted.some((mount) => at(mount.target) === at(target)));
}

/** The kernel writes spaces and their like as `\040`; the text is latin1 and its names are UTF-8. */
function unescapeOctal(field: string): string {
  const bytes = field.replace(/\\([0-7]{3})/g, (_all, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8) & 0xff),
  );
  return oneLine(new TextDecoder().decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0))), LINE_MAX);
}
