import fc from 'fast-check';
import type { ImageRecord, InstanceRecord, SnapshotRecord } from '../../../sandbox/ec2/state.ts';
import { TAG } from '../../../src/core/catalogue/tags.ts';
import { selectorInWords } from '../../../src/core/model/target.ts';
import { judgeBackups } from '../../../src/runs/own-backups.ts';
import { applyRetention } from '../../../src/workflows/retention/retention.ts';
import { olderBackups } from '../../older-backup.ts';
import { aSnapshot, CALL, DAY, PROD, type RetentionWorld, retentionWorld } from './retention-world.ts';

/** Somebody, or something, that may set any tag on anything, and no more. */
interface Tagging {
  /** Which resource gets them, and from which they are copied; counted through all there are. */
  on: number;
  from: number;
  kind: 'copy all' | 'one' | 'strip' | 'move the selector';
  key: number;
  value: number;
}

const KEYS = [...Object.values(TAG), 'Name', 'aws:backup:source-resource'];

const tagging: fc.Arbitrary<Tagging> = fc.record({
  on: fc.nat(60),
  from: fc.nat(60),
  kind: fc.constantFrom(
    'copy all' as const,
    'copy all' as const,
    'one' as const,
    'one' as const,
    'strip' as const,
    'move the selector' as const,
  ),
  key: fc.nat(KEYS.length - 1),
  value: fc.nat(60),
});

interface Account {
  world: RetentionWorld;
  other: InstanceRecord;
  own: Set<string>;
  foreign: { images: ImageRecord[]; snapshots: SnapshotRecord[] };
}

/**
 * Five backups of ours, and what is not ours: another installation with the same target name, a golden image, snapshots of
 * another machine, and a copy of one of ours. The bot's database knows its machine.
 */
async function account(): Promise<Account> {
  const world = await retentionWorld();
  const { server, prod, store } = world;
  const own = new Set([1, 2, 3, 4, 5].map((days) => world.backup(days).imageId));
  const other = server.addInstance({ tags: { Name: 'payroll-db' } });
  const theirs = olderBackups(server, other, world.clock.now(), 100);
  const images = [
    theirs(0.1),
    theirs(0.5),
    theirs(3),
    theirs(9),
    theirs(2, { name: 'golden' }, { [TAG.run]: undefined, [TAG.target]: undefined }),
    world.backup(1.5, { sourceInstanceId: '', name: 'a copy of it' }),
  ];
  const snapshots = [
    ...images.map((image) => world.snapshotOf(image)),
    ...['aa', 'bb'].map((tail) => aSnapshot(world, `snap-000000000000000${tail}`, 1, {})),
  ];
  for (const snapshot of snapshots) server.snapshots.set(snapshot.snapshotId, snapshot);
  const { instanceId } = prod;
  const selector = selectorInWords(PROD.instance);
  await store.machines.insert(
    instanceId,
    { instanceId, target: PROD.name, region: server.region, selector },
    true,
  );
  return { world, other, own, foreign: { images, snapshots } };
}

function tag({ world, other }: Account, { on, from, kind, key, value }: Tagging): void {
  const { server, prod } = world;
  const all = [
    ...server.images.values(),
    ...server.snapshots.values(),
    ...server.instances.values(),
    ...server.volumes.values(),
  ];
  const [resource, source, third] = [on, from, value].map((at) => all[at % all.length]);
  if (resource === undefined || source === undefined) return;
  const name = KEYS[key] ?? 'Name';
  if (kind === 'copy all') Object.assign(resource.tags, source.tags);
  if (kind === 'one') resource.tags[name] = third?.tags[name] ?? 'complete';
  if (kind === 'strip') delete resource.tags[name];
  if (kind === 'move the selector') {
    delete prod.tags.Name;
    other.tags.Name = 'prod';
  }
}

test('a tagger makes retention delete, disable or count nothing that is not ours', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(tagging, { minLength: 1, maxLength: 25 }),
      fc.integer({ min: 1, max: 3 }),
      fc.boolean(),
      async (taggings, last, isSoft) => {
        const made = await account();
        await using world = made.world;
        for (const each of taggings) tag(made, each);
        const { server, port, store, hurried } = world;
        const before = new Map(made.foreign.images.map((one) => [one.imageId, one.state]));
        const target = { ...PROD, keep: { last }, ...(isSoft ? { deleteGraceMs: 1 } : {}) };

        const own = await judgeBackups(
          { ...PROD, region: server.region },
          await port.catalogue(CALL),
          { ec2: port, store },
          CALL,
        );
        const counted = own.entries.filter(({ doubts }) => doubts.length === 0);
        expect(counted.filter(({ imageId }) => !made.own.has(imageId))).toEqual([]);

        for (const _round of [1, 2]) {
          const result = await applyRetention({ ec2: port, clock: hurried, store }, target, {
            restoring: new Map(),
            running: new Set(),
            call: CALL,
          });
          const touched = [...result.deleted, ...result.disabled, ...result.enabled, ...result.kept];
          expect(touched.filter(({ imageId }) => !made.own.has(imageId))).toEqual([]);
          await world.clock.advance(DAY);
        }
        expect(
          new Map(made.foreign.images.map((one) => [one.imageId, server.images.get(one.imageId)?.state])),
        ).toEqual(before);
        expect(made.foreign.snapshots.filter((one) => !server.snapshots.has(one.snapshotId))).toEqual([]);
        expect([...server.instances.values()].map(({ state }) => state)).toEqual(['running', 'running']);
      },
    ),
    { numRuns: 60 },
  );
});
