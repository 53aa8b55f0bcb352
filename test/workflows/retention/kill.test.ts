import fc from 'fast-check';
import type { ImageRecord } from '../../../sandbox/ec2/state.ts';
import type { Ec2Fault } from '../../../sandbox/ec2/wire/faults.ts';
import { TAG } from '../../../src/core/catalogue/tags.ts';
import type { Ec2 } from '../../../src/core/ports/ec2.ts';
import type { RetentionTarget } from '../../../src/core/retention/reading.ts';
import { applyRetention } from '../../../src/workflows/retention/retention.ts';
import { CALL, DAY, PROD, type RetentionWorld, retentionWorld } from './retention-world.ts';

/** One image of the account; `kind` says what is special about it. */
interface Made {
  daysAgo: number;
  outcome: 'complete' | 'partial' | 'failed' | 'none';
  kind:
    | 'plain'
    | 'held'
    | 'protected'
    | 'disabled by us'
    | 'half disabled'
    | 'disabled by others'
    | 'renamed'
    | 'copied'
    | 'of another target'
    | 'half-tagged'
    | 'in use'
    | 'stubborn snapshot';
}

const KINDS: Made['kind'][] = [
  'held',
  'protected',
  'disabled by us',
  'half disabled',
  'disabled by others',
  'renamed',
  'copied',
  'of another target',
  'half-tagged',
  'in use',
  'stubborn snapshot',
];

const made: fc.Arbitrary<Made> = fc.record({
  daysAgo: fc.integer({ min: 1, max: 40 }),
  outcome: fc.oneof(
    { weight: 3, arbitrary: fc.constant('complete' as const) },
    fc.constantFrom('partial' as const, 'failed' as const, 'none' as const),
  ),
  kind: fc.oneof(
    { weight: 2, arbitrary: fc.constant('plain' as const) },
    // Between its image and itself there is a moment at which a process can die.
    { weight: 2, arbitrary: fc.constant('stubborn snapshot' as const) },
    { weight: 3, arbitrary: fc.constantFrom(...KINDS) },
  ),
});

const policy: fc.Arbitrary<RetentionTarget> = fc
  .record({ last: fc.integer({ min: 1, max: 4 }), soft: fc.option(fc.integer({ min: 1, max: 5 })) })
  .map(({ last, soft }) => ({
    ...PROD,
    keep: { last },
    ...(soft === null ? {} : { deleteGraceMs: soft * DAY }),
  }));

const fault: fc.Arbitrary<Ec2Fault> = fc
  .record({
    action: fc.constantFrom(
      'DeregisterImage',
      'DeleteSnapshot',
      'DisableImage',
      'EnableImage',
      'CreateTags',
      'DeleteTags',
      'DescribeImages',
    ),
    trouble: fc.constantFrom(
      { kind: 'error' as const, code: 'RequestLimitExceeded' },
      { kind: 'http' as const, status: 503 },
      { kind: 'cut' as const, applied: true },
      { kind: 'cut' as const, applied: false },
    ),
  })
  .map(({ action, trouble }) => ({ action, ...trouble }));

/** After how many calls each life of the process ends, and whether the last call still reached EC2. */
const kills = fc.array(fc.record({ after: fc.integer({ min: 0, max: 12 }), reached: fc.boolean() }), {
  maxLength: 4,
});

function build(world: RetentionWorld, list: readonly Made[]): void {
  for (const { daysAgo, outcome, kind } of list) {
    const at = new Date(world.clock.now() - 2 * DAY).toISOString();
    const image = world.backup(
      daysAgo,
      {
        ...(kind === 'protected' ? { protection: 'enabled-without-cooldown' as const } : {}),
        ...(kind === 'disabled by us' || kind === 'disabled by others' ? { state: 'disabled' } : {}),
        ...(kind === 'renamed' ? { name: `copy ${daysAgo}` } : {}),
        ...(kind === 'copied' ? { sourceInstanceId: 'i-0fffffffffffffff0' } : {}),
      },
      {
        [TAG.outcome]: outcome === 'none' ? undefined : outcome,
        ...(kind === 'held' ? { [TAG.held]: 'UANA: keep' } : {}),
        ...(kind === 'disabled by us' || kind === 'half disabled' ? { [TAG.disabledAt]: at } : {}),
        ...(kind === 'of another target' ? { [TAG.target]: 'staging' } : {}),
        ...(kind === 'half-tagged' ? { [TAG.target]: undefined } : {}),
      },
    );
    if (kind === 'in use') world.server.addInstance({ tags: {} }).imageId = image.imageId;
    if (kind === 'stubborn snapshot') world.snapshotOf(image).deleteResult = 'internal-error';
  }
}

class Killed extends Error {}

/** The port of a process that dies at its n-th call: before EC2 sees it, or before the answer is seen. */
function mortal(ec2: Ec2, { after, reached }: { after: number; reached: boolean }): Ec2 {
  let calls = 0;
  const dying =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      calls += 1;
      if (calls <= after) return call(...args);
      if (calls === after + 1 && reached) await call(...args);
      throw new Killed();
    };
  return {
    ...ec2,
    taggedImages: dying(ec2.taggedImages),
    taggedSnapshots: dying(ec2.taggedSnapshots),
    instancesFrom: dying(ec2.instancesFrom),
    deregister: dying(ec2.deregister),
    deleteSnapshot: dying(ec2.deleteSnapshot),
    setDisabled: dying(ec2.setDisabled),
    tag: dying(ec2.tag),
    untag: dying(ec2.untag),
  };
}

async function apply(world: RetentionWorld, target: RetentionTarget, ec2: Ec2) {
  return applyRetention({ ec2, clock: world.hurried, store: world.store }, target, {
    restoring: new Map(),
    running: new Set(),
    call: CALL,
  });
}

/** Until nothing is left to do. What was enabled again counts again, so that one more run may have something to take. */
async function settle(world: RetentionWorld, target: RetentionTarget): Promise<void> {
  for (let runs = 0; runs < 3; runs += 1) {
    const { deleted, disabled, enabled, finished, failed } = await apply(world, target, world.port);
    expect(failed).toEqual([]);
    if ([...deleted, ...disabled, ...enabled, ...finished].length === 0) return;
  }
  throw new Error('retention does not come to rest');
}

/** The account, times left out. */
function account({ server }: RetentionWorld) {
  const tags = (record: Record<string, string>) =>
    Object.entries(record)
      .map(([key, value]) => (key === TAG.disabledAt ? key : `${key}=${value}`))
      .sort();
  return {
    images: [...server.images.values()].map((i) => [i.imageId, i.state, i.protection, tags(i.tags)]),
    snapshots: [...server.snapshots.values()].map((s) => [s.snapshotId, tags(s.tags)]),
  };
}

/** Images that may never go, whatever happens. */
function untouchable(world: RetentionWorld, list: readonly Made[]): ImageRecord[] {
  const images = [...world.server.images.values()];
  const newest = images
    .map((image, i) => ({ image, made: list[i] }))
    .filter(({ image, made }) => {
      const stranger = ['renamed', 'copied', 'of another target', 'half-tagged'].includes(made?.kind ?? '');
      return made?.outcome === 'complete' && image.state === 'available' && !stranger;
    })
    .sort((a, b) => b.image.createdAt - a.image.createdAt)[0];
  const safe = [
    'held',
    'protected',
    'disabled by others',
    'renamed',
    'copied',
    'of another target',
    'half-tagged',
    'in use',
  ];
  // Backups of the same moment are told apart by their ids: then it is not said here which one is the newest.
  const twins = images.filter((image) => image.createdAt === newest?.image.createdAt).length > 1;
  // One that is enabled again is the newest from then on.
  const isOvertaken = images.some(
    (image, i) => list[i]?.kind === 'disabled by us' && image.createdAt > (newest?.image.createdAt ?? 0),
  );
  return images.filter(
    (image, i) => safe.includes(list[i]?.kind ?? '') || (!twins && !isOvertaken && image === newest?.image),
  );
}

test('killed anywhere and run again, through EC2’s troubles, it ends as if nothing had happened', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(made, { minLength: 3, maxLength: 9 }),
      policy,
      kills,
      fc.array(fault, { maxLength: 4 }),
      async (list, target, lives, faults) => {
        await using calm = await retentionWorld();
        build(calm, list);
        await settle(calm, target);

        await using rough = await retentionWorld();
        build(rough, list);
        const safe = untouchable(rough, list);
        const snapshots = safe.map((image) => rough.snapshotOf(image).snapshotId);
        rough.server.faults.push(...faults);
        for (const life of lives) await apply(rough, target, mortal(rough.port, life)).catch(unlessKilled);
        await settle(rough, target);
        for (const image of safe) expect(rough.server.images.get(image.imageId)).toBe(image);
        for (const id of snapshots) expect(rough.server.snapshots.has(id)).toBe(true);
        expect(account(rough)).toEqual(account(calm));
      },
    ),
    { numRuns: 60 },
  );
}, 120_000);

function unlessKilled(error: unknown): false {
  if (!(error instanceof Killed)) throw error;
  return false;
}

test.each([
  ['at once', PROD],
  ['after a grace', { ...PROD, deleteGraceMs: DAY }],
])('killed at each of its calls, before or after EC2 has done it: deletion %s', async (_how, target) => {
  const list: Made[] = [
    { daysAgo: 1, outcome: 'complete', kind: 'plain' },
    { daysAgo: 2, outcome: 'complete', kind: 'half disabled' },
    { daysAgo: 3, outcome: 'complete', kind: 'disabled by us' },
    { daysAgo: 4, outcome: 'complete', kind: 'stubborn snapshot' },
    { daysAgo: 9, outcome: 'failed', kind: 'plain' },
  ];
  await using calm = await retentionWorld();
  build(calm, list);
  await settle(calm, target);
  const end = account(calm);
  for (const reached of [false, true]) {
    for (let after = 0, alive = false; !alive; after += 1) {
      await using rough = await retentionWorld();
      build(rough, list);
      alive = await apply(rough, target, mortal(rough.port, { after, reached })).then(
        () => true,
        unlessKilled,
      );
      await settle(rough, target);
      expect([after, reached, account(rough)]).toEqual([after, reached, end]);
    }
  }
});
