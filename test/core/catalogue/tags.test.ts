import fc from 'fast-check';
import {
  type BackupOrigin,
  imageTags,
  outcomeTags,
  snapshotTags,
} from '../../../src/core/catalogue/backup-tags.ts';
import { isComplete, newestFirst } from '../../../src/core/catalogue/entry.ts';
import { parseEntry } from '../../../src/core/catalogue/parse-entry.ts';
import { imageName, TAG } from '../../../src/core/catalogue/tags.ts';
import type { BackupResult } from '../../../src/core/model/backup.ts';
import type { ImageFacts } from '../../../src/core/model/image.ts';
import { oneLine } from '../../../src/core/text/text.ts';
import { idOf, origin, target } from '../arbitraries.ts';

type Ended = Omit<BackupResult, 'finishedAt'>;

/** A backup of forty volumes at the most, and how it ended. */
const ended = origin.chain((made) =>
  fc
    .record({
      outcome: fc.constantFrom('complete' as const, 'partial' as const, 'failed' as const),
      added: fc.oneof(
        fc.nat().map((bytes) => ({ known: true as const, bytes })),
        fc.constant({ known: false as const, reason: 'EC2 did not say' }),
      ),
      totalBytes: fc.nat(),
    })
    .map((rest) => {
      const result: Ended = {
        ...rest,
        runId: made.runId,
        target: made.target,
        region: 'eu-west-1',
        mode: made.mode,
        startedAt: made.createdAt,
        checked: [],
        warnings: [],
        volumes: made.instance.volumes.map((volume, i) => ({
          ...volume,
          state: 'in the backup',
          snapshotId: idOf('snap', i),
        })),
      };
      return { origin: made, result };
    }),
);

const fixedOrigin: BackupOrigin = {
  runId: 'bk-20261123-0314-x4qz',
  target: 'prod',
  mode: 'live',
  createdAt: Date.UTC(2026, 10, 23, 3, 14),
  requester: { userId: 'U1', teamId: 'T1' },
  instance: { instanceId: 'i-1', state: 'running', type: 'm5.large', securityGroupIds: [], volumes: [] },
};

const fixedResult: Ended = {
  runId: fixedOrigin.runId,
  target: 'prod',
  region: 'eu-west-1',
  mode: 'live',
  outcome: 'complete',
  startedAt: fixedOrigin.createdAt,
  volumes: [],
  added: { known: true, bytes: 1 },
  checked: [],
  warnings: [],
};

function image(tags: Record<string, string>, more: Partial<ImageFacts> = {}): ImageFacts {
  return { imageId: 'ami-1', name: 'any', state: 'available', tags, mappings: [], ...more };
}

/** The image that EC2 shows of a run: name and source machine are its own words, not tags. */
function imageOf(made: BackupOrigin, tags: Record<string, string>): ImageFacts {
  return image(tags, {
    name: imageName(made.target, made.runId),
    sourceInstanceId: made.instance.instanceId,
  });
}

/** The tags every backup has. */
const LEAST = {
  [TAG.run]: 'bk-20261123-0314-x4qz',
  [TAG.target]: 'prod',
  [TAG.sourceInstance]: 'i-1',
  [TAG.createdAt]: '2026-11-23T03:14:00.000Z',
};

describe('the name of an image', () => {
  test('is one that EC2 takes', () => {
    fc.assert(
      fc.property(target, origin, (name, { runId }) => {
        expect(imageName(name, runId)).toMatch(/^[A-Za-z0-9()[\] ./\-'@_]{3,128}$/);
      }),
    );
  });
});

describe('tags', () => {
  test('stay within EC2’s limits, whatever the machine is and whatever was typed', () => {
    fc.assert(
      fc.property(ended, ({ origin: made, result }) => {
        const tags = {
          ...imageTags(made),
          ...outcomeTags(result),
          [TAG.problem]: 'image-never-appeared',
          [TAG.held]: 'true',
          [TAG.verifiedAt]: '2026-11-23T03:14:00.000Z',
        };
        expect(Object.keys(tags).length).toBeLessThanOrEqual(50);
        for (const [key, value] of [...Object.entries(tags), ...Object.entries(snapshotTags(made))]) {
          expect(key.length).toBeLessThanOrEqual(127);
          expect(value.length).toBeLessThanOrEqual(256);
          expect(value).not.toBe('');
          expect(value.isWellFormed()).toBe(true);
          expect(value).not.toMatch(/\p{Cc}/u);
        }
      }),
    );
  });

  test('hold forty volumes', () => {
    const volumes = Array.from({ length: 40 }, (_, i) => ({
      volumeId: `vol-0123456789abcde${String(i).padStart(2, '0')}`,
      snapshotId: `snap-0123456789abcde${String(i).padStart(2, '0')}`,
      device: '/dev/xvdba',
    }));
    const instance = { instanceId: 'i-1', state: 'running', type: 'm5.large', securityGroupIds: [], volumes };
    const tags = {
      ...imageTags({ ...fixedOrigin, instance }),
      ...outcomeTags({ ...fixedResult, volumes: volumes.map((v) => ({ ...v, state: 'in the backup' })) }),
    };
    expect(Object.keys(tags).filter((key) => key.startsWith(TAG.volumes))).toHaveLength(6);
    expect(Object.keys(tags).filter((key) => key.startsWith(TAG.snapshots))).toHaveLength(8);
    expect(Object.keys(parseEntry(image(tags))?.snapshots ?? {})).toHaveLength(40);
  });

  test('begin a new value where one more item would be one character too long', () => {
    const volumes = Array.from({ length: 6 }, (_, i) => ({
      volumeId: idOf('vol', i),
      device: `/dev/${'x'.repeat(15)}`,
    }));
    const tags = imageTags({ ...fixedOrigin, instance: { ...fixedOrigin.instance, volumes } });
    // Each is 42 characters: six of them with their spaces are 257.
    expect(tags[TAG.volumes]).toHaveLength(5 * 42 + 4);
    expect(tags[`${TAG.volumes}-2`]).toHaveLength(42);
  });

  test('give back what they were made from', () => {
    fc.assert(
      fc.property(ended, ({ origin: made, result }) => {
        const tags = { ...imageTags(made), ...outcomeTags(result) };
        const { instance } = made;
        const fits = (value: string | undefined) => value !== undefined && value.length <= 256;
        expect(parseEntry(imageOf(made, tags))).toEqual({
          backupId: made.runId,
          target: made.target,
          imageId: 'ami-1',
          imageState: 'available',
          mode: made.mode,
          createdAt: made.createdAt,
          outcome: result.outcome,
          held: false,
          doubts: [],
          ...('schedule' in made.requester
            ? { schedule: made.requester.schedule }
            : { requester: 'T0123456789/U0123456789' }),
          sourceInstanceId: instance.instanceId,
          totalBytes: result.totalBytes,
          ...(result.added.known ? { addedBytes: result.added.bytes } : {}),
          ...(tags[TAG.note] === undefined ? {} : { note: tags[TAG.note] }),
          snapshots: Object.fromEntries(result.volumes.map((v) => [v.volumeId, v.snapshotId])),
          source: {
            type: instance.type,
            securityGroupIds: instance.securityGroupIds,
            ...(instance.privateIp === undefined ? {} : { privateIp: instance.privateIp }),
            ...(instance.publicIp === undefined ? {} : { publicIp: instance.publicIp }),
            ...(instance.zone === undefined ? {} : { zone: instance.zone }),
            ...(instance.subnetId === undefined ? {} : { subnetId: instance.subnetId }),
            ...(instance.keyName === undefined ? {} : { keyName: instance.keyName }),
            ...(fits(instance.profileArn) ? { profileArn: instance.profileArn } : {}),
            ...(made.hostname === undefined ? {} : { hostname: made.hostname }),
            ...(instance.name === undefined ? {} : { name: instance.name }),
            ...(instance.vpcId === undefined ? {} : { vpcId: instance.vpcId }),
            ...(instance.ebsOptimized === undefined ? {} : { ebsOptimized: instance.ebsOptimized }),
            // A machine of which EC2 says nothing is one without a tag for it.
            ...(Object.keys(instance.metadata ?? {}).length === 0 ? {} : { metadata: instance.metadata }),
            ...(instance.volumes.length === 0 ? {} : { volumes: instance.volumes }),
          },
        });
      }),
    );
  });

  test('keep a short note as one line, and cut a long one between characters', () => {
    const note = (typed: string) => imageTags({ ...fixedOrigin, note: typed })[TAG.note];
    expect(note('before\nthe  upgrade 🚀')).toBe('before the upgrade 🚀');
    expect(note(' \n ')).toBeUndefined();
    expect(note('🚀'.repeat(128))).toBe('🚀'.repeat(128));
    expect(note('🚀'.repeat(129))).toBe(`${'🚀'.repeat(127)}…`);
    expect(note('a'.repeat(300))).toBe(`${'a'.repeat(255)}…`);
    expect(note('half a pair: \ud83d')).toBe('half a pair: \ufffd');
  });

  test('keep the beginning of any note', () => {
    fc.assert(
      fc.property(origin, fc.string({ unit: 'grapheme', maxLength: 400, size: 'medium' }), (made, typed) => {
        const kept = imageTags({ ...made, note: typed })[TAG.note] ?? '';
        const line = oneLine(typed);
        expect(kept === line || (kept.endsWith('…') && line.startsWith(kept.slice(0, -1)))).toBe(true);
      }),
    );
  });
});

describe('reading an image', () => {
  test.each([
    ['nothing', {}],
    ['no run', { ...LEAST, [TAG.run]: '' }],
    ['no target', { ...LEAST, [TAG.target]: '' }],
    ['no source', { ...LEAST, [TAG.sourceInstance]: '' }],
    ['a time that is none', { ...LEAST, [TAG.createdAt]: 'yesterday' }],
  ])('is no backup of ours with %s', (_what, tags) => {
    expect(parseEntry(image(tags))).toBeUndefined();
  });

  test('takes the time from EC2 where the tag is gone', () => {
    const { [TAG.createdAt]: _gone, ...rest } = LEAST;
    expect(parseEntry(image(rest, { createdAt: '2026-11-23T03:15:00.000Z' }))?.createdAt).toBe(
      Date.UTC(2026, 10, 23, 3, 15),
    );
    expect(parseEntry(image(rest))).toBeUndefined();
    const damaged = { ...LEAST, [TAG.createdAt]: 'yesterday' };
    expect(parseEntry(image(damaged, { createdAt: '2026-11-23T03:15:00.000Z' }))).toBeDefined();
  });

  test('believes no word it does not know', () => {
    const entry = parseEntry(
      image({ ...LEAST, [TAG.mode]: 'warp', [TAG.outcome]: 'splendid', [TAG.addedBytes]: '-1' }),
    );
    expect(entry).toMatchObject({ mode: 'live', held: false, snapshots: {} });
    expect(entry).not.toHaveProperty('outcome');
    expect(entry).not.toHaveProperty('addedBytes');
  });

  test('sees a hold and a check', () => {
    const tags = { ...LEAST, [TAG.held]: 'true', [TAG.verifiedAt]: '2026-11-24T00:00:00Z' };
    expect(parseEntry(image(tags))).toMatchObject({ held: true, verifiedAt: Date.UTC(2026, 10, 24) });
    expect(parseEntry(image({ ...tags, [TAG.verifiedAt]: 'lately' }))).not.toHaveProperty('verifiedAt');
  });

  test.each([
    ['complete', 'available', true],
    ['complete', 'pending', false],
    ['complete', 'deregistered', false],
    ['partial', 'available', false],
    ['failed', 'available', false],
    ['', 'available', false],
  ])('outcome “%s” of an image that is %s: complete %s', (outcome, state, expected) => {
    const entry = parseEntry(image({ ...LEAST, [TAG.outcome]: outcome }, { state }));
    if (entry === undefined) throw new Error('it cannot be read');
    expect(isComplete({ ...entry, doubts: [] })).toBe(expected);
    // Of what is not proven to be ours, nobody believes that it is complete.
    expect(isComplete({ ...entry, doubts: [{ code: 'public' }] })).toBe(false);
  });
});

test('the newest comes first, whatever order EC2 gives', () => {
  const entry = (backupId: string, createdAt: number) => {
    const made = parseEntry(image({ ...LEAST, [TAG.run]: backupId }));
    if (made === undefined) throw new Error('these tags are a backup');
    return { ...made, createdAt };
  };
  const sorted = [entry('bk-d', 9), entry('bk-c', 5), entry('bk-b', 5), entry('bk-a', 1)];
  fc.assert(
    fc.property(fc.shuffledSubarray(sorted, { minLength: 4 }), (shuffled) => {
      expect(newestFirst(shuffled)).toEqual(sorted);
    }),
  );
});
