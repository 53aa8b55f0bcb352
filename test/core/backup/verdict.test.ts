import fc from 'fast-check';
import { judge, percentDone, settled } from '../../../src/core/backup/verdict.ts';
import type { ImageStatus, SnapshotFacts } from '../../../src/core/model/image.ts';
import type { AttachedVolume } from '../../../src/core/model/instance.ts';

const GIB = 1024 ** 3;

/** One volume of the machine and what became of it: `x` as its snapshot's state means that it has none. */
interface Fate {
  state: string;
  inImage: boolean;
  progress: number;
  gib: number;
}

function scene(
  imageState: string,
  fates: readonly Fate[],
): { volumes: AttachedVolume[]; status: ImageStatus } {
  const named = fates.map((fate, i) => ({
    ...fate,
    volumeId: `vol-${i}`,
    snapshotId: `snap-${i}`,
    device: `/dev/sd${i}`,
  }));
  return {
    volumes: named.map(({ volumeId, device }) => ({ volumeId, device })),
    status: {
      image: {
        imageId: 'ami-1',
        name: 'circleci-backup/prod/bk-1',
        state: imageState,
        tags: {},
        mappings: named
          .filter((one) => one.inImage)
          .map(({ device, snapshotId }) => ({ device, snapshotId })),
      },
      snapshots: named
        .filter((one) => one.state !== 'x')
        .map(({ snapshotId, volumeId, state, progress, gib }) => ({
          snapshotId,
          volumeId,
          state,
          progress,
          volumeBytes: gib * GIB,
        })),
    },
  };
}

const fate = fc.record({
  // Mostly good ones, so that a good end is among what is tried.
  state: fc.oneof(
    { weight: 4, arbitrary: fc.constant('completed') },
    fc.constantFrom('pending', 'error', 'recovering', 'x'),
  ),
  inImage: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.constant(false)),
  progress: fc.integer({ min: 0, max: 100 }),
  gib: fc.integer({ min: 0, max: 16_384 }),
});

const anyScene = fc.record({
  imageState: fc.oneof(
    { weight: 4, arbitrary: fc.constant('available') },
    fc.constantFrom(
      'pending',
      'failed',
      'error',
      'invalid',
      'transient',
      'deregistered',
      'disabled',
      'new-word',
    ),
  ),
  fates: fc.array(fate, { maxLength: 6 }),
});

const gaps = fc.option(
  fc.array(fc.constant({ what: '/a is empty', remedy: 'see who emptied it' }), { maxLength: 2 }),
  {
    nil: undefined,
  },
);

const good = { state: 'completed', inImage: true, progress: 100, gib: 8 };

describe('the promise of “complete”', () => {
  test('is said only when the image is available, every snapshot is completed, every volume is in it and nothing else is missing', () => {
    fc.assert(
      fc.property(anyScene, gaps, ({ imageState, fates }, gaps) => {
        const { volumes, status } = scene(imageState, fates);
        const promised =
          imageState === 'available' &&
          fates.length > 0 &&
          fates.every((one) => one.state === 'completed' && one.inImage) &&
          (gaps ?? []).length === 0;
        const coverage = gaps === undefined ? undefined : { covers: [], gaps, besides: [] };
        const verdict = judge(volumes, status, coverage);
        expect(verdict.outcome === 'complete').toBe(promised);
        expect(verdict.problem === undefined).toBe(promised);
        if (verdict.outcome === 'failed' && verdict.problem?.code !== 'volumes-missing')
          expect(verdict.checked).toEqual([]);
        expect(verdict.volumes.map((v) => v.volumeId)).toEqual(volumes.map((v) => v.volumeId));
      }),
      { numRuns: 500 },
    );
  });

  test.each<[string, string, Partial<Fate>[], string, string | undefined]>([
    ['all is well', 'available', [{}, {}], 'complete', undefined],
    ['the image is not ready', 'pending', [{}], 'failed', 'image-failed'],
    ['the image failed', 'failed', [{}], 'failed', 'image-failed'],
    ['the image was removed', 'deregistered', [{}], 'failed', 'image-failed'],
    ['EC2 says a new word', 'hibernating', [{}], 'failed', 'image-failed'],
    ['a snapshot failed', 'available', [{}, { state: 'error' }], 'failed', 'snapshot-failed'],
    ['image and snapshot failed', 'failed', [{ state: 'error' }], 'failed', 'snapshot-failed'],
    ['a snapshot goes on', 'available', [{}, { state: 'pending' }], 'failed', 'image-failed'],
    [
      'a volume has no snapshot',
      'available',
      [{}, { state: 'x', inImage: false }],
      'partial',
      'volumes-missing',
    ],
    ['a snapshot is not in the image', 'available', [{}, { inImage: false }], 'partial', 'volumes-missing'],
    ['no volume is in the image', 'available', [{ inImage: false }], 'failed', 'volumes-missing'],
    ['the machine had no volume', 'available', [], 'failed', 'image-failed'],
  ])('%s', (_what, imageState, changes, outcome, code) => {
    const { volumes, status } = scene(
      imageState,
      changes.map((change) => ({ ...good, ...change })),
    );
    const verdict = judge(volumes, status);
    expect(verdict.outcome).toBe(outcome);
    expect(verdict.problem?.code).toBe(code);
  });

  test('a gap makes it partial, and a missing volume is the worse of the two', () => {
    const { volumes, status } = scene('available', [good, good]);
    const coverage = {
      covers: [],
      gaps: [{ what: '/a is empty', remedy: 'see who emptied it' }],
      besides: [],
    };
    expect(judge(volumes, status, coverage)).toMatchObject({
      outcome: 'partial',
      problem: { code: 'data-uncovered', gaps: coverage.gaps },
      coverage,
    });
    const image = { ...status.image, mappings: status.image.mappings.slice(0, 1) };
    expect(judge(volumes, { ...status, image }, coverage)).toMatchObject({
      outcome: 'partial',
      problem: { code: 'volumes-missing' },
      coverage,
    });
  });

  test('says what was checked, in numbers that are true', () => {
    const { volumes, status } = scene('available', [good, { ...good, inImage: false }]);
    expect(judge(volumes, status)).toMatchObject({
      totalBytes: 8 * GIB,
      checked: [
        'image ami-1 is available',
        '2 snapshots completed',
        '1 of 2 volumes of the machine in the image',
      ],
      problem: { code: 'volumes-missing', volumes: [{ volumeId: 'vol-1', device: '/dev/sd1' }] },
      volumes: [{ state: 'in the backup', bytes: 8 * GIB }, { state: 'missing' }],
    });
  });
});

describe('EC2 has ended its work', () => {
  test.each<[string, Partial<Fate>[], string]>([
    ['available', [{}], 'available'],
    ['available', [{ state: 'pending' }], 'waiting'],
    ['available', [{ state: 'pending', inImage: false }], 'waiting'],
    ['available', [{ state: 'x' }], 'waiting'],
    ['available', [{ state: 'error' }], 'failed'],
    ['pending', [{}], 'waiting'],
    ['pending', [{ state: 'error' }], 'failed'],
    ['transient', [{}], 'waiting'],
    ['a-new-word', [{}], 'waiting'],
    ['failed', [{}], 'failed'],
    ['error', [{}], 'failed'],
    ['invalid', [{}], 'failed'],
    ['deregistered', [{}], 'failed'],
    ['disabled', [{}], 'failed'],
  ])('image %s with %j: %s', (imageState, changes, expected) => {
    expect(
      settled(
        scene(
          imageState,
          changes.map((change) => ({ ...good, ...change })),
        ).status,
      ),
    ).toBe(expected);
  });

  test('and then the verdict never waits for more', () => {
    fc.assert(
      fc.property(anyScene, ({ imageState, fates }) => {
        const { volumes, status } = scene(imageState, fates);
        if (settled(status) === 'waiting') expect(judge(volumes, status).outcome).toBe('failed');
        if (judge(volumes, status).outcome === 'complete') expect(settled(status)).toBe('available');
      }),
    );
  });
});

describe('percent', () => {
  const onward = (snapshot: SnapshotFacts, by: number): SnapshotFacts => {
    const progress = Math.min(100, snapshot.progress + by);
    return snapshot.state === 'pending' && by > 90
      ? { ...snapshot, state: 'completed', progress: 100 }
      : { ...snapshot, progress };
  };

  test('is whole, from 0 to 100, and never goes back while snapshots go on', () => {
    fc.assert(
      fc.property(
        anyScene,
        fc.array(fc.nat(100), { minLength: 6, maxLength: 6 }),
        ({ imageState, fates }, steps) => {
          const { status } = scene(imageState, fates);
          const later = { ...status, snapshots: status.snapshots.map((s, i) => onward(s, steps[i] ?? 0)) };
          const [before, after] = [percentDone(status), percentDone(later)];
          expect(Number.isInteger(before)).toBe(true);
          expect(before).toBeGreaterThanOrEqual(0);
          expect(after).toBeLessThanOrEqual(100);
          expect(after).toBeGreaterThanOrEqual(before);
        },
      ),
    );
  });

  test('counts bytes, not snapshots', () => {
    const one = { ...good, state: 'pending' };
    expect(
      percentDone(
        scene('pending', [
          { ...good, gib: 1 },
          { ...one, gib: 99, progress: 0 },
        ]).status,
      ),
    ).toBe(1);
    expect(percentDone(scene('pending', [one, { ...one, progress: 0 }]).status)).toBe(50);
    expect(percentDone(scene('pending', []).status)).toBe(0);
  });
});
