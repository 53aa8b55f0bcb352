import type { MachineUnderTest } from '../machine-under-test.ts';

const MOUNTS = [
  'proc /proc proc rw 0 0',
  'tmpfs /run tmpfs rw 0 0',
  '/dev/nvme0n1p1 / ext4 rw,relatime 0 0',
  '/dev/loop0 /snap/core/1 squashfs ro 0 0',
  'fs-0123.efs.example.com:/ /data/circle\\040files nfs4 rw 0 0',
  '127.0.0.1:/ /mnt/efs nfs4 rw,port=20049 0 0',
  '/dev/mapper/data-circle /mnt/lvm xfs rw 0 0',
  '/dev/nvme1n1 /var/lib/docker/devicemapper/mnt/1 xfs rw 0 0',
];

const FSTAB = [
  '# made at install',
  'LABEL=cloudimg-rootfs / ext4 defaults 0 0',
  'fs-0123.efs.example.com:/ /data/circle\\040files/ nfs4 defaults,_netdev 0 0',
  'fs-0456:/ /mnt/efs efs _netdev,tls 0 0',
  'UUID=1-2-3\t/data/old\text4\tdefaults 0 2',
  '/dev/nvme9n1 /mnt/usb ext4 noauto 0 0',
  '/dev/nvme8n1 none swap sw 0 0',
];

/** Another disk of EC2's, one that goes with the machine, and a volume of both. */
const DISKS: [path: string, text: string][] = [
  ['nvme1n1/device/serial', 'vol0d17c6e9000000002\n'],
  ['nvme1n1/device/model', 'Amazon Elastic Block Store              \n'],
  ['nvme2n1/device/serial', 'AWS1A2B3C4D5E6F7A8B\n'],
  ['nvme2n1/device/model', 'Amazon EC2 NVMe Instance Storage        \n'],
  ['dm-0/dm/name', 'data-circle\n'],
  ['dm-0/slaves/nvme1n1/dev', '259:1\n'],
  ['dm-0/slaves/nvme2n1/dev', '259:2\n'],
];

const NFS = { source: 'fs-0123.efs.example.com:/', target: '/data/circle files', type: 'nfs4' };
const ROOT = { source: '/dev/nvme0n1p1', target: '/', type: 'ext4' };

/** What the machine keeps of CircleCI's data, and where. */
export function dataContract(here: () => MachineUnderTest): void {
  describe('its data', () => {
    beforeEach(async () => {
      const { root } = here();
      await root.write('/proc/mounts', MOUNTS.join('\n'));
      await root.write('/etc/fstab', FSTAB.join('\n'));
      for (const [path, text] of DISKS) await root.write(`/sys/class/block/${path}`, text);
    });

    const look = (...paths: string[]) =>
      here().machine.lookAtData(
        paths.map((path) => ({ path })),
        { sizes: true },
      );

    it('says what is mounted and on which disks, and what should be mounted', async () => {
      expect(await look()).toEqual({
        mounted: [
          ROOT,
          NFS,
          { source: 'fs-0456:/', target: '/mnt/efs', type: 'efs' },
          {
            source: '/dev/mapper/data-circle',
            target: '/mnt/lvm',
            type: 'xfs',
            disks: [
              { name: 'nvme1n1', volumeId: 'vol-0d17c6e9000000002' },
              { name: 'nvme2n1', isInstanceStore: true },
            ],
          },
        ],
        missing: [{ source: 'UUID=1-2-3', target: '/data/old', type: 'ext4' }],
        paths: [],
      });
    });

    it('says of a path what is there, how much, and what it lies on', async () => {
      const { root } = here();
      await root.write('/data/circle files/a/42/log.txt', 'x'.repeat(5_000));
      await root.write('/srv/one', 'file');
      await root.mkdir('/srv/empty/lost+found');
      const { paths } = await look('/data/circle files', '/srv/one', '/srv/empty', '/srv/none', '/srv/one/x');
      expect(paths).toEqual([
        {
          path: '/data/circle files',
          state: 'folder',
          mount: NFS,
          bytes: expect.any(Number),
          sample: { name: 'a/42/log.txt', bytes: 5_000 },
        },
        { path: '/srv/one', state: 'file', mount: ROOT },
        { path: '/srv/empty', state: 'folder', mount: ROOT, isEmpty: true, bytes: expect.any(Number) },
        { path: '/srv/none', state: 'missing', mount: ROOT },
        { path: '/srv/one/x', state: 'missing', mount: ROOT },
      ]);
      expect(paths[0]?.bytes).toBeGreaterThanOrEqual(5_000);
      expect(paths[0]?.bytes).toBeLessThan(100_000);
    });

    it('follows links, and says where they lead', async () => {
      const { root } = here();
      await root.write('/data/circle files/a', 'x');
      await root.link('/srv/objects', '../data/circle files');
      await root.link('/srv/broken', '/nowhere');
      await root.link('/srv/round', '/srv/round');
      const { paths } = await look('/srv/objects', '/srv/broken', '/srv/round');
      expect(paths).toEqual([
        {
          path: '/srv/objects',
          state: 'folder',
          real: '/data/circle files',
          mount: NFS,
          bytes: expect.any(Number),
          sample: { name: 'a', bytes: 1 },
        },
        { path: '/srv/broken', state: 'missing', mount: ROOT },
        expect.objectContaining({ path: '/srv/round', state: 'unreadable' }),
      ]);
    });

    it('finds a file again, and another one where that is gone', async () => {
      const { root, machine } = here();
      await root.write('/srv/a/1', 'x');
      await root.write('/srv/a/z', 'xyz');
      const again = async (sample: string) =>
        (await machine.lookAtData([{ path: '/srv/a', sample }], { sizes: false })).paths[0]?.sample;
      expect(await again('z')).toEqual({ name: 'z', bytes: 3 });
      expect(await again('gone')).toEqual(expect.objectContaining({ bytes: expect.any(Number) }));
      expect(await again('$(touch /etc/owned)')).toBeDefined();
      expect(await root.exists('/etc/owned')).toBe(false);
    });

    it('takes no command from a name, and no name that cannot be shown', async () => {
      const { root } = here();
      const path = `/srv/o'clock "$(touch /etc/owned)" ;-rf é`;
      await root.mkdir(path);
      await root.write(`${path}/line\nbreak`, 'x');
      expect(await look(path)).toMatchObject({ paths: [{ path, state: 'folder' }] });
      expect((await look(path)).paths[0]?.sample).toBeUndefined();
      expect((await look(path)).paths[0]?.real).toBeUndefined();
      expect(await root.exists('/etc/owned')).toBe(false);
    });

    it('says where CircleCI’s settings have its objects', async () => {
      expect(await here().machine.storageDriver()).toBe('local');
      await here().break('storage-external');
      expect(await here().machine.storageDriver()).toBe('external');
    });

    it.each(['replicatedctl-fails', 'replicatedctl-babbles', 'replicatedctl-missing'] as const)(
      '%s: then nobody knows',
      async (fault) => {
        await here().break(fault);
        expect(await here().machine.storageDriver()).toBe('unknown');
      },
    );
  });
}
