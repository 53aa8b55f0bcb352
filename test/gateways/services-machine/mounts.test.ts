import { missingFrom, readMounts } from '../../../src/gateways/services-machine/mounts.ts';

test.each([
  ['/dev/sda1 / ext4 rw 0 0', '/'],
  ['/dev/mapper/data-circle /data xfs rw 0 0', '/data'],
  ['fs-1.efs.example.com:/ /mnt/a\\040b nfs4 rw 0 0', '/mnt/a b'],
  ['10.0.0.9:/x /mnt/caf\xc3\xa9 nfs rw 0 0', '/mnt/café'],
  ['UUID=1-2\t/data\txfs\tdefaults\t0 2', '/data'],
  ['//nas/x /mnt/x cifs credentials=/root/x,password=s3cr3t 0 0', '/mnt/x'],
])('%j is where a person’s data may be', (line, target) => {
  expect(readMounts(line).map((mount) => mount.target)).toEqual([target]);
  expect(JSON.stringify(readMounts(line))).not.toContain('s3cr3t');
});

test.each([
  'proc /proc proc rw 0 0',
  'tmpfs /dev/shm tmpfs rw 0 0',
  'overlay /var/lib/docker/overlay2/1/merged overlay rw 0 0',
  '/dev/sda1 /var/lib/docker/aufs ext4 rw 0 0',
  '/dev/loop1 /snap/core/1 squashfs ro 0 0',
  '/dev/sdb none swap sw 0 0',
  '/dev/sdc /mnt/usb ext4 user,noauto 0 0',
  '#/dev/sdd /data ext4 defaults 0 0',
  '# LABEL=x /data ext4 defaults 0 0',
  '',
  'nonsense',
])('%j is none', (line) => {
  expect(readMounts(line)).toEqual([]);
});

it('compares places, not sources, and with or without a slash at the end', () => {
  const mounted = readMounts('/dev/nvme0n1p1 / ext4 rw 0 0\n/dev/nvme1n1 /data xfs rw 0 0');
  const atBoot = readMounts(
    'LABEL=root / ext4 defaults\nUUID=1 /data/ xfs defaults\nUUID=2 /data/files xfs defaults',
  );
  expect(missingFrom(atBoot, mounted).map(({ target }) => target)).toEqual(['/data/files']);
});
