import type { ImageRecord } from '../../sandbox/ec2/state.ts';
import type { World } from '../../sandbox/world.ts';
import { TAG } from '../../src/core/catalogue/tags.ts';
import { olderBackups } from '../older-backup.ts';
import { type Check, faultsIn } from './checks.ts';
import type { LeftBehind } from './left-behind.ts';

/** Retention with these settings deletes what is `due`, and nothing else. */
export const KEEP_ONE = { KEEP_LAST: '1', KEEP_FAILED: '1d' };

/** What EC2 held before the backup. */
export interface Older {
  /** To be deleted once there is a newer complete backup, snapshots and all. */
  due: ImageRecord[];
  /** Held, protected, in use, of another target, or not proven to be ours. */
  stay: ImageRecord[];
}

export function addOlderBackups(world: World): Older {
  const { ec2, clock } = world;
  const [machine] = ec2.instances.values();
  if (machine === undefined) throw new Error('there is no machine');
  const older = olderBackups(ec2, machine, clock.now());
  const stubborn = older(5);
  const snapshot = ec2.snapshots.get(stubborn.mappings[0]?.snapshotId ?? '');
  // It does not go with its image, and is deleted by itself: a moment at which a process can die between the two.
  if (snapshot !== undefined) snapshot.deleteResult = 'internal-error';
  const inUse = older(4);
  ec2.addInstance({ tags: {} }).imageId = inUse.imageId;
  return {
    due: [older(2), older(3, {}, { [TAG.outcome]: 'partial' }), stubborn],
    stay: [
      inUse,
      older(6, {}, { [TAG.held]: 'UANA: keep' }),
      older(7, { protection: 'enabled-without-cooldown' }),
      older(8, {}, { [TAG.target]: 'staging' }),
      older(9, {}, { [TAG.target]: undefined }),
      older(10, { sourceInstanceId: 'i-0fffffffffffffff0' }),
    ],
  };
}

/** What is wrong with the older backups in the end; nothing, when retention kept its promises and did its work. */
export function faultsOfOlder({ ec2 }: World, { due, stay }: Older, { audit }: LeftBehind): string[] {
  const snapshotsOf = (image: ImageRecord) => image.mappings.map(({ snapshotId }) => snapshotId);
  const deregistered = (image: ImageRecord) =>
    ec2.calls.filter(
      ({ action, params }) => action === 'DeregisterImage' && params.ImageId === image.imageId,
    );
  const reasons = audit.flatMap(({ verb, detail }) => (verb === 'prune' ? [JSON.stringify(detail)] : []));
  return faultsIn([
    ...due.flatMap((image): Check[] => [
      [!ec2.images.has(image.imageId), `${image.imageId} should be gone`],
      [
        snapshotsOf(image).every((id) => !ec2.snapshots.has(id)),
        `${snapshotsOf(image).join()} should be gone with ${image.imageId}`,
      ],
      [reasons.some((text) => text.includes(image.imageId)), `${image.imageId} went without a reason`],
    ]),
    ...stay.flatMap((image): Check[] => [
      [ec2.images.get(image.imageId) === image, `${image.imageId} should be there`],
      [image.state === 'available', `${image.imageId} is ${image.state}`],
      [
        snapshotsOf(image).every((id) => ec2.snapshots.has(id)),
        `${snapshotsOf(image).join()} should be there with ${image.imageId}`,
      ],
      [deregistered(image).length === 0, `${image.imageId} was to be deleted`],
    ]),
  ]);
}
