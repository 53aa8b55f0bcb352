import type { Disk } from '../../core/model/mount.ts';

/**
 * Prints a line a block device, from what the kernel itself shows: name, what it is a part of or made of, serial number, model, and
 * its name as a mapped device; with tabs between them. (lsblk of 14.04 knows no serial numbers.)
 */
export const DISKS = `
for disk in /sys/class/block/*; do
  if [ ! -e "$disk" ]; then continue; fi
  of= serial= model= mapped=
  if [ -e "$disk/partition" ]; then of=$(readlink -f "$disk"); of=\${of%/*}; of=\${of##*/}; fi
  for lower in "$disk"/slaves/*; do if [ -e "$lower" ]; then of="$of \${lower##*/}"; fi; done
  if [ -r "$disk/device/serial" ]; then read -r serial < "$disk/device/serial"; fi
  if [ -r "$disk/device/model" ]; then read -r model < "$disk/device/model"; fi
  if [ -r "$disk/dm/name" ]; then read -r mapped < "$disk/dm/name"; fi
  printf '%s\\t%s\\t%s\\t%s\\t%s\\n' "\${disk##*/}" "$of" "$serial" "$model" "$mapped"
done`;

/** The disks that a source of a mount is on; undefined where it is no device of the machine's. */
export type DisksOf = (source: string) => Disk[] | undefined;

interface Device extends Disk {
  of: string[];
}

export function readDisks(printed: string): DisksOf {
  const devices = new Map<string, Device>();
  for (const line of printed.split('\n')) {
    const [name = '', of = '', serial = '', model = '', mapped = ''] = line.split('\t');
    if (!/^[\w!.:-]{1,100}$/.test(name)) continue;
    // EC2's NVMe disks say which volume they are, without its dash (EC2 user guide, "NVMe EBS volumes").
    const [, volume] = /^vol-?([0-9a-f]{8,17})$/.exec(serial.trim()) ?? [];
    const device: Device = {
      name,
      of: of.split(' ').filter(Boolean),
      ...(volume === undefined ? {} : { volumeId: `vol-${volume}` }),
      ...(/Instance Storage/.test(model) ? { isInstanceStore: true as const } : {}),
    };
    devices.set(name, device);
    if (mapped !== '') devices.set(`mapper/${mapped.trim()}`, device);
  }
  const known = new Map<string, Disk[] | undefined>();
  return (source) => {
    if (!source.startsWith('/dev/')) return undefined;
    const name = source.slice('/dev/'.length);
    if (!known.has(name)) known.set(name, disksOf(devices, name));
    return known.get(name);
  };
}

/** A loop of devices that are made of one another, which no kernel shows, ends where it began. */
function disksOf(devices: ReadonlyMap<string, Device>, name: string): Disk[] | undefined {
  if (!devices.has(name)) return undefined;
  const found = new Map<string, Disk>();
  const seen = new Set<string>();
  const open = [name];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const device = devices.get(next);
    if (device === undefined || seen.has(next)) continue;
    seen.add(next);
    open.push(...device.of);
    const { of, ...disk } = device;
    if (of.length === 0) found.set(disk.name, disk);
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
