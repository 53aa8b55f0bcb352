import {
  dataMounts,
  missingFrom,
  readFstab,
  readMounts,
} from '../../../src/gateways/services-machine/mounts.ts';

test.each([
  ['/dev/sda1 / ext4 rw 0 0', '/'],
  ['/dev/mapper/data-circle /data xfs rw 0 0', '/data'],
  ['fs-1.efs.example.com:/ /mnt/a\\040b nfs4 rw 0 0', '/mnt/a b'],
  ['10.0.0.9:/x /mnt/caf\xc3\xa9 nfs rw 0 0', '/mnt/café'],
  ['UUID=1-2\t/data\txfs\tdefaults\t0 2', '/data'],
  ['//nas/x /mnt/x cifs credentials=/root/x,password=s3cr3t 0 0', '/mnt/x'],
  ['s3fs /mnt/s3 fuse.s3fs rw 0 0', '/mnt/s3'],
  ['JuiceFS:ci /mnt/jfs fuse.juicefs rw 0 0', '/mnt/jfs'],
  ['pool/circle /data zfs rw 0 0', '/data'],
  ['https://dav:s3cr3t@dav.example.com/x /mnt/dav davfs rw 0 0', '/mnt/dav'],
  ['//u:p@s3cr3t@nas/x /mnt/x cifs rw 0 0', '/mnt/x'],
  ['https://dav:a/s3cr3t@dav.example.com/x /mnt/dav davfs rw 0 0', '/mnt/dav'],
  ['https://s3cr3t@dav.example.com/x /mnt/dav davfs rw 0 0', '/mnt/dav'],
  ['redis://:s3cr3t@10.0.0.9:6379/1 /mnt/jfs juicefs rw 0 0', '/mnt/jfs'],
  ['sshfs#ops:s3cr3t@nas:/x /mnt/x fuse.sshfs rw 0 0', '/mnt/x'],
  [':sftp,host=nas,pass=s3cr3t:/x /mnt/x fuse.rclone rw 0 0', '/mnt/x'],
  [`https://dav:${'s3cr3t'.repeat(60)}@dav.example.com/x /mnt/dav davfs rw 0 0`, '/mnt/dav'],
])('%j is where a person’s data may be', (line, target) => {
  const read = dataMounts(readMounts(line));
  expect(read.map((mount) => mount.target)).toEqual([target]);
  expect(JSON.stringify(read)).not.toContain('s3cr3t');
});

test.each([
  'proc /proc proc rw 0 0',
  'tmpfs /dev/shm tmpfs rw 0 0',
  'overlay /var/lib/docker/overlay2/1/merged overlay rw 0 0',
  'overlay /data/docker/overlay2/1/merged overlay rw 0 0',
  '/dev/sda1 /var/lib/docker/aufs ext4 rw 0 0',
  '/dev/loop1 /snap/core/1 squashfs ro 0 0',
  'lxcfs /var/lib/lxcfs fuse.lxcfs rw 0 0',
  '',
  'nonsense',
])('%j is none', (line) => {
  expect(dataMounts(readMounts(line))).toEqual([]);
});

test.each([
  ['UUID=1-2\t/data\txfs\tdefaults\t0 2', '/data'],
  ['PARTUUID=1-2 /data ext4', '/data'],
  ['PARTLABEL=data /data ext4 defaults', '/data'],
  ['LABEL=data /data auto defaults 0 0', '/data'],
  ['/dev/disk/by-id/nvme-1 /data ext4 defaults,nofail 0 0\r', '/data'],
  ['/dev/vg0/data /data btrfs subvol=@data 0 0', '/data'],
  ['fs-0a1b2c3d4e5f60718:/ /data/circle/files efs _netdev,tls 0 0', '/data/circle/files'],
  ['fs-0a1b2c3d4e5f60718.efs.eu-west-1.amazonaws.com:/ /data nfs4 nfsvers=4.1 0 0', '/data'],
  ['fs-0.fsx.eu-west-1.amazonaws.com@tcp:/x /data lustre defaults,noatime 0 0', '/data'],
  ['//nas/files /data cifs credentials=/root/x 0 0', '/data'],
  ['ops@nas:/files /data fuse.sshfs _netdev 0 0', '/data'],
  ['sshfs#ops@nas:/files /data fuse _netdev 0 0', '/data'],
  ['s3fs#bucket /data fuse _netdev,allow_other 0 0', '/data'],
  ['bucket /data fuse.s3fs _netdev 0 0', '/data'],
  ['pool/data /data zfs defaults 0 0', '/data'],
  ['tmpfs /data/scratch tmpfs size=1g 0 0', '/data/scratch'],
  ['overlay /data overlay lowerdir=/a,upperdir=/b,workdir=/c 0 0', '/data'],
  ['/srv/files /data none bind 0 0', '/data'],
  ['none /data tmpfs defaults 0 0', '/data'],
  ['/images/data.img /data ext4 loop 0 0', '/data'],
  ['/images/data.squash /data squashfs loop 0 0', '/data'],
  ['nas:/x /data/circle\\040files\\011two nfs defaults 0 0', '/data/circle files two'],
  ['/dev/sdb /var/lib/docker/volumes ext4 defaults 0 0', '/var/lib/docker/volumes'],
  ['/dev/sdb /data', '/data'],
  ['   /dev/sdb   /data   ext4   defaults   0   0', '/data'],
])('%j is expected', (line, target) => {
  const booted = readMounts('/dev/nvme0n1p1 / ext4 rw 0 0\nproc /proc proc rw 0 0');
  expect(missingFrom(readFstab(line), booted).map((mount) => mount.target)).toEqual([target]);
});

test.each([
  '/dev/sdb none swap sw 0 0',
  '/swapfile swap swap defaults 0 0',
  'UUID=1 none swap sw',
  '/dev/sdc /mnt/usb ext4 user,noauto 0 0',
  'nas:/x /mnt/x nfs noauto,x-systemd.automount 0 0',
  '#/dev/sdd /data ext4 defaults 0 0',
  '  # LABEL=x /data ext4 defaults 0 0',
  '/dev/sdd /data ignore defaults 0 0',
  'proc /proc proc defaults 0 0',
  '/dev/sda1 / ext4 defaults',
  '',
  'nonsense',
])('%j is not', (line) => {
  const booted = readMounts('/dev/nvme0n1p1 / ext4 rw 0 0\nproc /proc proc rw 0 0');
  expect(missingFrom(readFstab(line), booted)).toEqual([]);
});

it('compares places, not sources, and with or without a slash at the end', () => {
  const mounted = readMounts('/dev/nvme0n1p1 / ext4 rw 0 0\n/dev/nvme1n1 /data xfs rw 0 0');
  const atBoot = readFstab(
    'LABEL=root / ext4 defaults\nUUID=1 //data/./ xfs defaults\nUUID=2 /data/files xfs defaults',
  );
  expect(missingFrom(atBoot, mounted).map(({ target }) => target)).toEqual(['/data/files']);
});
