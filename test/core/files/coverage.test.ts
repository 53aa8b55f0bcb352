import { coverageOf } from '../../../src/core/files/coverage.ts';
import type { DataSettings, SeenData } from '../../../src/core/model/coverage.ts';
import type { LookedPath } from '../../../src/core/model/data-look.ts';
import type { Mount } from '../../../src/core/model/mount.ts';

const VOLUMES = [
  { volumeId: 'vol-0a', device: '/dev/sda1' },
  { volumeId: 'vol-0b', device: '/dev/sdf' },
];
const ROOT: Mount = { source: '/dev/nvme0n1p1', target: '/', type: 'ext4', disks: [{ name: 'nvme0n1' }] };
const EBS: Mount = {
  source: '/dev/nvme1n1',
  target: '/data',
  type: 'xfs',
  disks: [{ name: 'nvme1n1', volumeId: 'vol-0b' }],
};
const NFS: Mount = { source: 'nas:/objects', target: '/mnt/objects', type: 'nfs4' };
const AT = Date.UTC(2026, 10, 10, 9);

const RESTIC =
  'set RESTIC_REPOSITORY and RESTIC_PASSWORD_FILE, so that the bot copies the files of FILES_PATHS';
const MEANT = 'if that is meant, take it out of FILES_PATHS';

function seen(more: Partial<SeenData> = {}): SeenData {
  return { at: AT, driver: 'local', volumes: VOLUMES, mounted: [ROOT], missing: [], paths: [], ...more };
}

function folder(path: string, mount: Mount, more: Partial<LookedPath> = {}): LookedPath {
  return { path, state: 'folder', mount, bytes: 5 * 1024 ** 3, sample: { name: 'a/1', bytes: 3 }, ...more };
}

const settings = (more: Partial<DataSettings> = {}): DataSettings => ({ ssh: true, paths: [], ...more });

/** What is said of one folder of the settings. */
function ofPath(path: LookedPath, more: Partial<SeenData> = {}, before?: LookedPath, copied: string[] = []) {
  const { covers, gaps, besides } = coverageOf({
    settings: settings({ paths: [path.path] }),
    seen: seen({ mounted: [ROOT, EBS, NFS], paths: [path], ...more }),
    ...(before === undefined ? {} : { before: seen({ mounted: [ROOT, EBS, NFS], paths: [before] }) }),
    copied: { paths: copied, done: true },
  });
  return { covers, gaps: gaps.map(({ what, remedy }) => `${what} -> ${remedy}`), besides };
}

describe('a folder of the settings', () => {
  test.each<[string, LookedPath, string]>([
    ['on the root volume', folder('/srv/a', ROOT), '/srv/a (on the root volume, 5 GiB)'],
    ['on another volume', folder('/data/a', EBS), '/data/a (on vol-0b, 5 GiB)'],
    [
      'on a disk of an older machine',
      folder('/data/a', { source: '/dev/xvdf1', target: '/data', type: 'ext4', disks: [{ name: 'xvdf' }] }),
      '/data/a (on vol-0b, 5 GiB)',
    ],
    [
      'bound to the root volume',
      folder('/srv/a', { ...ROOT, target: '/srv' }),
      '/srv/a (on the root volume, 5 GiB)',
    ],
    ['without its size', folder('/srv/a', ROOT, { bytes: undefined }), '/srv/a (on the root volume)'],
    ['empty from the first', folder('/srv/a', ROOT, { isEmpty: true }), '/srv/a (on the root volume, empty)'],
    ['a link', folder('/srv/a', EBS, { real: '/data/b' }), '/srv/a (a link to /data/b, on vol-0b, 5 GiB)'],
    ['a file', { path: '/srv/a', state: 'file', mount: ROOT }, '/srv/a (on the root volume)'],
  ])('%s is in the image', (_what, path, covered) => {
    expect(ofPath(path)).toEqual({
      covers: [covered],
      gaps: [],
      besides: ['/mnt/objects on NFS (nas:/objects)'],
    });
  });

  const places: [string, Mount, string][] = [
    ['NFS', NFS, 'on NFS (nas:/objects)'],
    [
      'EFS',
      { ...NFS, source: 'fs-0123456789abcdef0.efs.eu-west-1.amazonaws.com:/' },
      'on EFS (fs-0123456789abcdef0.efs.eu-west-1.amazonaws.com:/)',
    ],
    ['EFS by its helper', { ...NFS, source: 'fs-0123:/', type: 'efs' }, 'on EFS (fs-0123:/)'],
    ['a Windows share', { ...NFS, source: '//nas/x', type: 'cifs' }, 'on a Windows share (//nas/x)'],
    ['FUSE', { ...NFS, source: 's3fs', type: 'fuse.s3fs' }, 'on FUSE (fuse.s3fs, s3fs)'],
    ['memory', { ...NFS, source: 'tmpfs', type: 'tmpfs' }, 'in memory'],
    [
      'an instance store',
      { ...NFS, source: '/dev/nvme2n1', type: 'ext4', disks: [{ name: 'nvme2n1', isInstanceStore: true }] },
      'on an instance store (/dev/nvme2n1), which goes with the machine',
    ],
    [
      'a volume that is half one',
      { ...NFS, source: '/dev/md0', type: 'ext4', disks: [{ name: 'xvdf' }, { name: 'xvdg' }] },
      'on /dev/md0 (ext4), which is none of the volumes that EC2 shows',
    ],
    [
      'a disk that EC2 does not show',
      { ...NFS, source: '/dev/nvme3n1', type: 'ext4', disks: [{ name: 'nvme3n1', volumeId: 'vol-0c' }] },
      'on /dev/nvme3n1 (ext4), which is none of the volumes that EC2 shows',
    ],
    [
      'a disk without a name',
      { ...NFS, source: '/dev/nvme3n1', type: 'ext4', disks: [{ name: 'nvme3n1' }] },
      'on /dev/nvme3n1 (ext4), which is none of the volumes that EC2 shows',
    ],
    [
      'a pool',
      { ...NFS, source: 'pool/data', type: 'zfs' },
      'on pool/data (zfs), which is none of the volumes that EC2 shows',
    ],
    [
      'an automount',
      { ...NFS, source: 'systemd-1', type: 'autofs' },
      'at an automount that did not mount anything',
    ],
  ];

  test.each(places)('on %s is in no image', (_what, mount, words) => {
    const { covers, gaps } = ofPath(folder('/mnt/objects', mount));
    expect([covers, gaps]).toEqual([[], [`/mnt/objects lies ${words}, which no image holds -> ${RESTIC}`]]);
  });

  test('is covered where its files are copied besides', () => {
    expect(ofPath(folder('/mnt/objects', NFS), {}, undefined, ['/mnt/objects'])).toMatchObject({
      covers: ['/mnt/objects (its files, on NFS (nas:/objects), 5 GiB)'],
      gaps: [],
    });
  });

  test('is nobody’s gap twice where its files were to be copied and were not', () => {
    const path = folder('/mnt/objects', NFS);
    const about = {
      settings: settings({ paths: [path.path] }),
      seen: seen({ mounted: [ROOT, NFS], paths: [path] }),
    };
    const copied = { paths: [path.path], done: false };
    expect(coverageOf({ ...about, copied })).toEqual({ covers: [], gaps: [], besides: [] });
  });

  test('does not hide a share that is mounted in it', () => {
    const inner = { ...NFS, target: '/srv/a/inner' };
    expect(ofPath(folder('/srv/a', ROOT), { mounted: [ROOT, inner] }).gaps).toEqual([
      `/srv/a/inner in /srv/a lies on NFS (nas:/objects), which no image holds -> ${RESTIC}`,
    ]);
  });

  test.each<[string, LookedPath, Partial<SeenData>, LookedPath | undefined, string]>([
    [
      'is gone',
      { path: '/srv/a', state: 'missing', mount: ROOT },
      {},
      undefined,
      `/srv/a is not there -> put it back or mount it; ${MEANT}`,
    ],
    [
      'cannot be read',
      { path: '/srv/a', state: 'unreadable', why: 'Stale file handle', mount: ROOT },
      {},
      undefined,
      `/srv/a cannot be read (Stale file handle) -> let root of the machine read it; ${MEANT}`,
    ],
    [
      'does not answer',
      { path: '/mnt/objects', state: 'silent', mount: NFS },
      {},
      undefined,
      '/mnt/objects does not answer, on NFS (nas:/objects) -> see that the server of /mnt/objects answers',
    ],
    [
      'is what lies below a mount that is missing',
      folder('/mnt/objects/a', ROOT, { isEmpty: true }),
      { mounted: [ROOT], missing: [NFS] },
      folder('/mnt/objects/a', NFS),
      '/mnt/objects is not mounted, and /etc/fstab wants it to be (nfs4, nas:/objects) -> mount /mnt/objects, or take its line out of /etc/fstab',
    ],
    [
      'lay on a share that /etc/fstab does not know',
      folder('/mnt/objects', ROOT, { isEmpty: true }),
      { mounted: [ROOT] },
      folder('/mnt/objects', NFS),
      `/mnt/objects lies on the root volume, and lay at /mnt/objects (nfs4, nas:/objects) at the backup of 2026-11-10 09:00 UTC -> mount nas:/objects at /mnt/objects; ${MEANT}`,
    ],
    [
      'lay on a share, and holds something else now',
      folder('/mnt/objects', ROOT, { sample: { name: 'lost', bytes: 1 } }),
      { mounted: [ROOT] },
      folder('/mnt/objects', NFS),
      `/mnt/objects lies on the root volume, and lay at /mnt/objects (nfs4, nas:/objects) at the backup of 2026-11-10 09:00 UTC -> mount nas:/objects at /mnt/objects; ${MEANT}`,
    ],
    [
      'has become a link',
      folder('/srv/a', EBS, { real: '/data/a' }),
      {},
      folder('/srv/a', ROOT),
      '/srv/a has become a symbolic link to /data/a since the last good backup -> put the folder back; if the link is meant, set FILES_PATHS to /data/a in its place',
    ],
    [
      'was a link',
      folder('/srv/a', ROOT),
      {},
      folder('/srv/a', EBS, { real: '/data/a' }),
      `/srv/a is a folder of its own, and led to /data/a at the backup of 2026-11-10 09:00 UTC -> see who changed it; ${MEANT}`,
    ],
    [
      'has become empty',
      folder('/srv/a', ROOT, { isEmpty: true }),
      {},
      folder('/srv/a', ROOT),
      `/srv/a is empty, and was not at the backup of 2026-11-10 09:00 UTC -> see who emptied it, or whether a mount is missing; ${MEANT}`,
    ],
  ])('%s: that is a gap', (_what, path, more, before, gap) => {
    expect(ofPath(path, more, before)).toMatchObject({ covers: [], gaps: [gap] });
    // To copy the files of nothing makes nothing better.
    if (path.state === 'folder') expect(ofPath(path, more, before, [path.path]).gaps).toEqual([gap]);
  });

  test('that people moved from a share onto a volume, files and all, is covered', () => {
    const moved = folder('/mnt/objects', ROOT);
    expect(ofPath(moved, { mounted: [ROOT] }, folder('/mnt/objects', NFS))).toMatchObject({
      covers: ['/mnt/objects (on the root volume, 5 GiB)'],
      gaps: [],
    });
  });
});

describe('what nobody named', () => {
  const besides = (more: Partial<SeenData>, own: Partial<DataSettings> = {}) => {
    const { covers, gaps, besides } = coverageOf({
      settings: settings(own),
      seen: seen(more),
    });
    return { covers, gaps: gaps.map(({ what }) => what), besides };
  };
  const WORD =
    'CircleCI’s large objects are in an object store, by STORAGE=external: the operator’s word, which nobody checked';

  test.each<[string, Partial<SeenData>, Partial<DataSettings>, ReturnType<typeof besides>]>([
    [
      'local storage on volumes',
      {},
      {},
      { covers: ['CircleCI’s large objects, which are on the machine’s volumes'], gaps: [], besides: [] },
    ],
    [
      'a share, whatever the driver',
      { mounted: [ROOT, NFS], driver: 'external' },
      {},
      {
        covers: [],
        gaps: ['/mnt/objects on NFS (nas:/objects), which no image holds'],
        besides: [
          'CircleCI’s large objects are in an object store, as its settings say: versions or copies of it are their backup',
        ],
      },
    ],
    [
      'a share beside folders that were named',
      { mounted: [ROOT, NFS], paths: [folder('/srv/a', ROOT)] },
      { paths: ['/srv/a'] },
      {
        covers: ['/srv/a (on the root volume, 5 GiB)'],
        gaps: [],
        besides: ['/mnt/objects on NFS (nas:/objects)'],
      },
    ],
    [
      'a share of others, by somebody’s word',
      { mounted: [ROOT, NFS], driver: 'unknown' },
      { storage: 'external' },
      { covers: [], gaps: [], besides: ['/mnt/objects on NFS (nas:/objects)', WORD] },
    ],
    [
      'a word that CircleCI’s settings contradict',
      { mounted: [ROOT, NFS] },
      { storage: 'external' },
      {
        covers: [],
        gaps: ['/mnt/objects on NFS (nas:/objects), which no image holds'],
        besides: [`${WORD}, and CircleCI’s settings say otherwise`],
      },
    ],
    [
      'a share with CircleCI’s databases',
      { mounted: [ROOT, { ...NFS, target: '/data/circle/postgres' }], driver: 'external' },
      { storage: 'external' },
      {
        covers: [],
        gaps: [
          '/data/circle/postgres on NFS (nas:/objects), which no image holds, has data that CircleCI cannot do without',
        ],
        besides: [WORD],
      },
    ],
    [
      'a share above them',
      { mounted: [ROOT, { ...NFS, target: '/data' }] },
      { storage: 'external' },
      {
        covers: [],
        gaps: ['/data on NFS (nas:/objects), which no image holds, has data that CircleCI cannot do without'],
        besides: [`${WORD}, and CircleCI’s settings say otherwise`],
      },
    ],
    [
      'an instance store',
      {
        mounted: [
          ROOT,
          {
            source: '/dev/nvme2n1',
            target: '/mnt',
            type: 'ext4',
            disks: [{ name: 'nvme2n1', isInstanceStore: true }],
          },
        ],
      },
      {},
      {
        covers: ['CircleCI’s large objects, which are on the machine’s volumes'],
        gaps: [],
        besides: ['/mnt on an instance store (/dev/nvme2n1), which goes with the machine'],
      },
    ],
    [
      'another volume',
      { mounted: [ROOT, EBS], driver: 'unknown' },
      {},
      {
        covers: [],
        gaps: [],
        besides: ['where CircleCI keeps its large objects is not known: Replicated did not tell'],
      },
    ],
    [
      'a mount that is missing',
      { missing: [NFS] },
      {},
      {
        covers: [],
        gaps: ['/mnt/objects is not mounted, and /etc/fstab wants it to be (nfs4, nas:/objects)'],
        besides: [],
      },
    ],
  ])('%s', (_what, more, own, expected) => {
    expect(besides(more, own)).toEqual(expected);
  });
});

describe('where nobody could look', () => {
  const trouble = { code: 'ssh-refused', host: '10.0.0.1', user: 'ubuntu' } as const;
  const WHY =
    'the machine could not be looked at (the machine at 10.0.0.1 did not take the bot’s key for the user ubuntu)';

  test('without SSH settings the image is what there is, and that is said', () => {
    const { covers, gaps, besides } = coverageOf({
      settings: settings({ ssh: false, storage: 'external' }),
    });
    expect([covers, gaps]).toEqual([[], []]);
    expect(besides).toEqual([
      'the machine was not looked at: the bot has no SSH settings for it',
      expect.stringContaining('STORAGE=external'),
    ]);
  });

  test('a look that fails is told', () => {
    expect(coverageOf({ settings: settings(), seen: { trouble } })).toEqual({
      covers: [],
      gaps: [],
      besides: [WHY],
    });
  });

  test.each<[string, Partial<DataSettings>, Partial<SeenData>, string | undefined]>([
    ['folders were named', { paths: ['/srv/a', '/srv/b'] }, {}, 'it has 2 folders of FILES_PATHS'],
    ['objects were on it', {}, {}, 'CircleCI’s large objects were on it when it was looked at last'],
    ['objects were elsewhere', {}, { driver: 'external' }, undefined],
    ['objects are elsewhere, by somebody’s word', { storage: 'external' }, {}, undefined],
  ])('it is a gap where %s', (_what, own, before, why) => {
    const { gaps } = coverageOf({
      settings: settings(own),
      seen: { trouble },
      before: seen(before),
    });
    expect(gaps).toEqual(
      why === undefined
        ? []
        : [
            {
              what: `${WHY}, and ${why}`,
              remedy: 'set SSH_USER and SSH_PRIVATE_KEY_FILE to a key that it knows',
            },
          ],
    );
  });
});
