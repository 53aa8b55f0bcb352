import type { ImageRecord, InstanceRecord } from '../../../sandbox/ec2/state.ts';
import type { World } from '../../../sandbox/world.ts';
import { TAG } from '../../../src/core/catalogue/tags.ts';

/** What the bot deleted of its own. */
export interface Deletion {
  imageId: string;
  /** By the bot's clock. */
  at: number;
  /** When the newest backup was made that was complete at that moment. */
  newestAt: number | undefined;
}

/** What is the target's in truth, whatever tags say, and what becomes of it. */
export interface Guard {
  machine: InstanceRecord;
  /** Images of the target, those that are gone as well, in the order in which they were made. */
  images: ReadonlyMap<string, ImageRecord>;
  /** What the bot itself has said of an image in its tags, or what it said before the world began. */
  outcomes: ReadonlyMap<string, string>;
  deletions: readonly Deletion[];
  /** Ids of what others have changed. */
  changed: Set<string>;
  /** By how much the bot's clock is ahead of everybody's, in ms. */
  aheadMs: number;
  isOwn(id: string): boolean;
  /** Whatever this does is not the bot's doing. */
  asStranger(act: () => void): void;
  /** What the bot did that it must never do. */
  faults(): string[];
}

const CHANGING =
  /^(?:Create|Delete|Deregister|Disable|Enable|Modify|Stop|Start|Reboot|Terminate|Run|Associate|Disassociate)/;
const ID = /\b(?:ami|snap|i|vol)-[0-9a-f]{8,17}\b/g;

/** Everything that is there now is the target's; what comes later is where the bot makes it from that. */
export function guardOver({ ec2, clock }: World, machine: InstanceRecord): Guard {
  const all = [ec2.images, ec2.snapshots, ec2.instances, ec2.volumes];
  const own = new Set(all.flatMap((records) => [...records.keys()]));
  const images = new Map(ec2.images);
  const outcomes = new Map([...images].map(([id, { tags }]) => [id, tags[TAG.outcome] ?? '']));
  const held = new Set([...images].flatMap(([id, { tags }]) => (tags[TAG.held] === undefined ? [] : [id])));
  const deletions: Deletion[] = [];
  const found: string[] = [];
  const changed = new Set<string>();
  let isStranger = false;

  /** Nothing is missing of it. */
  const isComplete = (image: ImageRecord) =>
    outcomes.get(image.imageId) === 'complete' &&
    image.state === 'available' &&
    image.mappings.every(({ snapshotId }) => ec2.snapshots.get(snapshotId)?.state === 'completed');

  function created(imageId: string): void {
    const image = ec2.images.get(imageId);
    if (image === undefined) return;
    const { sourceInstanceId, name } = image;
    if (!own.has(sourceInstanceId)) return void found.push(`an image was made of ${sourceInstanceId}`);
    if ([...images.values()].some((one) => one.name === name)) found.push(`a second image ${name}`);
    images.set(imageId, image);
    for (const id of [imageId, ...image.mappings.map(({ snapshotId }) => snapshotId)]) own.add(id);
  }

  function deregistered(imageId: string): void {
    const image = images.get(imageId);
    if (image === undefined) return void found.push(`${imageId} of others was deregistered`);
    const whole = [...images.values()].filter((one) => one === image || ec2.images.has(one.imageId));
    const newest = whole
      .filter(isComplete)
      .sort((a, b) => a.createdAt - b.createdAt)
      .at(-1);
    const user = [...ec2.instances.values()].find(
      (one) => one.imageId === imageId && one.state !== 'terminated',
    );
    deletions.push({ imageId, at: clock.now() + guard.aheadMs, newestAt: newest?.createdAt });
    if (newest === image) found.push(`${imageId} was the newest complete backup, and was deleted`);
    if (image.tags[TAG.held] !== undefined || held.has(imageId))
      found.push(`${imageId} was held, and was deleted`);
    if (user !== undefined) found.push(`${imageId} was in use by ${user.instanceId}, and was deleted`);
  }

  /** As the call has it: others may have set the tag on the image itself. */
  function tagged(imageId: string): void {
    const said = JSON.stringify(ec2.calls.at(-1)?.params);
    const [, outcome] = new RegExp(`"Key":"${TAG.outcome}","Value":"(\\w+)"`).exec(said) ?? [];
    if (outcome !== undefined) outcomes.set(imageId, outcome);
  }

  ec2.onChange(({ noun, id, what }) => {
    if (isStranger) return void changed.add(id);
    if (noun === 'image' && what === 'created') created(id);
    if (noun === 'image' && what === 'deregistered') deregistered(id);
    if ((noun === 'instance' || noun === 'volume') && what === 'created') own.add(id);
    if (noun === 'image' && what === 'tagged') tagged(id);
  });

  const guard: Guard = {
    machine,
    images,
    outcomes,
    deletions,
    changed,
    aheadMs: 0,
    isOwn: (id) => own.has(id),
    asStranger(act) {
      isStranger = true;
      try {
        act();
      } finally {
        isStranger = false;
      }
    },
    faults: () => [
      ...found,
      ...ec2.calls
        .filter(({ action, dryRun }) => !dryRun && CHANGING.test(action))
        .flatMap(({ action, params }) =>
          [...JSON.stringify(params).matchAll(ID)]
            .filter(([id]) => !own.has(id))
            .map(([id]) => `${action} of ${id}, which is not the target's`),
        ),
    ],
  };
  return guard;
}
