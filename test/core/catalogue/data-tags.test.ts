import fc from 'fast-check';
import { dataTags, notedData } from '../../../src/core/catalogue/data-tags.ts';
import { VALUE_MAX } from '../../../src/core/catalogue/tag-limits.ts';
import { TAG } from '../../../src/core/catalogue/tags.ts';
import type { SeenData } from '../../../src/core/model/coverage.ts';
import type { LookedPath } from '../../../src/core/model/data-look.ts';
import type { Mount } from '../../../src/core/model/mount.ts';

const ROOT: Mount = { source: '/dev/nvme0n1p1', target: '/', type: 'ext4' };
const NFS: Mount = { source: 'nas:/a b', target: '/mnt/a b', type: 'nfs4' };

function seen(mounted: Mount[], paths: LookedPath[] = []): SeenData {
  return { at: 0, driver: 'local', volumes: [], mounted, missing: [], paths };
}

test('what a restore compares comes back as it was', () => {
  const paths: LookedPath[] = [
    {
      path: '/srv/objects',
      state: 'folder',
      real: '/mnt/a b/é, x',
      mount: NFS,
      bytes: 7,
      sample: { name: 'a,b/1 2', bytes: 3 },
    },
    { path: '/srv/plain', state: 'folder', mount: ROOT, isEmpty: true },
    { path: '/srv/names', state: 'folder', mount: ROOT },
  ];
  const tags = dataTags(seen([ROOT, NFS], paths));
  expect(Object.values(tags)).toHaveLength(1);
  expect(notedData(tags)).toEqual({
    driver: 'local',
    mounts: [NFS],
    paths: [
      {
        path: '/srv/objects',
        real: '/mnt/a b/é, x',
        mount: NFS,
        sample: { name: 'a,b/1 2', bytes: 3 },
      },
      { path: '/srv/plain', isEmpty: true },
      { path: '/srv/names' },
    ],
    left: 0,
  });
});

test('of a machine with its root volume alone the storage driver is all there is', () => {
  expect(dataTags(seen([ROOT]))).toEqual({ [TAG.data]: 'd,local' });
  expect(notedData({})).toBeUndefined();
});

test('a file’s long name is left out before its folder is, and what finds no room is counted', () => {
  const long = 'x'.repeat(300);
  const paths: LookedPath[] = [
    { path: '/srv/a', state: 'folder', sample: { name: long, bytes: 1 } },
    { path: `/srv/${long}`, state: 'folder' },
    ...Array.from({ length: 20 }, (_, i) => ({
      path: `/srv/${'y'.repeat(90)}${i}`,
      state: 'folder' as const,
    })),
  ];
  const tags = dataTags(seen([], paths));
  expect(Object.keys(tags)).toHaveLength(2);
  const noted = notedData(tags);
  expect(noted?.paths[0]).toEqual({ path: '/srv/a' });
  expect((noted?.paths.length ?? 0) + (noted?.left ?? 0)).toBe(22);
});

test('whatever it says, a tag is read', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 4 }), fc.string(), fc.string(), (values, path, source) => {
      const tags = Object.fromEntries(
        values.map((value, i) => [i === 0 ? TAG.data : `${TAG.data}-${i + 1}`, value]),
      );
      notedData(tags);
      const mount = { target: `/${path}`, source, type: 'nfs' };
      for (const value of Object.values(dataTags(seen([mount], [{ path: `/${path}`, state: 'folder' }]))))
        expect(value.length).toBeLessThanOrEqual(VALUE_MAX);
    }),
  );
});
