import { find, type SnapshotRecord, type State, stamp, type VolumeRecord, visible } from '../state.ts';
import { tagSet } from '../tags.ts';
import { BLOCK_BYTES } from '../wire/blocks.ts';
import { ApiError } from '../wire/errors.ts';
import { filterTest } from '../wire/filters.ts';
import { page } from '../wire/paging.ts';
import { type Params, required, texts } from '../wire/query.ts';
import type { Xml } from '../wire/xml.ts';

/** Between two backups a running machine writes this share of what it uses, and a little more than it had. */
const REWRITTEN = 0.02;
const GROWN = 0.002;

interface NewSnapshot {
  description: string;
  tags: Record<string, string>;
  neverCompletes: boolean;
}

/**
 * Starts a snapshot of a volume as it is now. How long it takes depends on what must be copied: all of the first one, only
 * the changed blocks of the next ones, as a share of the volume.
 */
export function startSnapshot(state: State, volume: VolumeRecord, given: NewSnapshot): SnapshotRecord {
  const { blocks } = volume;
  if (blocks.marked()) {
    blocks.change(Math.ceil(blocks.used() * (REWRITTEN + GROWN)), Math.ceil(blocks.used() * GROWN));
  }
  const epoch = blocks.mark();
  const copied = epoch === 0 ? blocks.used() : blocks.between(epoch - 1, epoch).length;
  const share = (copied * BLOCK_BYTES) / (volume.sizeGiB * 2 ** 30);
  const { min, max } = state.snapshotSeconds;
  const snapshotId = state.nextId('snapshot');
  const snapshot: SnapshotRecord = {
    snapshotId,
    volumeId: volume.volumeId,
    sizeGiB: volume.sizeGiB,
    description: given.description,
    state: 'pending',
    progress: 0,
    startedAt: state.clock.now(),
    durationMs: given.neverCompletes ? Infinity : Math.round(1000 * (min + (max - min) * share)),
    tags: { ...given.tags },
    blocks,
    epoch,
    fullBytes: blocks.used() * BLOCK_BYTES,
  };
  state.snapshots.set(snapshotId, snapshot);
  state.machines.snapshotStarted(snapshotId, volume.volumeId);
  state.changed('snapshot', snapshotId, 'created');
  return snapshot;
}

const FILTERS = ['description', 'owner-id', 'progress', 'snapshot-id', 'status', 'volume-id', 'volume-size'];

export function describeSnapshots(state: State, params: Params): { [element: string]: Xml } {
  const ids = texts(params, 'SnapshotId');
  for (const id of ids) find(state, 'snapshot', state.snapshots, id);
  const owners = texts(params, 'Owner');
  const own = owners.length === 0 || owners.some((owner) => owner === 'self' || owner === state.accountId);
  const matches = filterTest(params, FILTERS);
  const found = visible(state, state.snapshots).filter(
    ([id, snapshot]) =>
      own &&
      (ids.length === 0 || ids.includes(id)) &&
      matches({ values: filterValues(state, snapshot), tags: snapshot.tags }),
  );
  const answer = page(params, found, { least: 5, notWith: 'SnapshotId', pageSize: state.pageSize });
  return { snapshotSet: answer.page.map((each) => snapshotXml(state, each)), nextToken: answer.nextToken };
}

export function deleteSnapshot(state: State, params: Params): { [element: string]: Xml } {
  const snapshot = find(state, 'snapshot', state.snapshots, required(params, 'SnapshotId'));
  const user = imagesUsing(state, snapshot.snapshotId)[0];
  if (user !== undefined) {
    const message = `The snapshot ${snapshot.snapshotId} is currently in use by ${user}`;
    throw new ApiError('InvalidSnapshot.InUse', message);
  }
  removeSnapshot(state, snapshot.snapshotId);
  return { return: true };
}

export function removeSnapshot(state: State, snapshotId: string): void {
  state.snapshots.delete(snapshotId);
  state.machines.forgotten(snapshotId);
  state.changed('snapshot', snapshotId, 'deleted');
}

/** Ids of the images that map this snapshot. */
export function imagesUsing(state: State, snapshotId: string): string[] {
  return [...state.images.values()]
    .filter((image) => image.mappings.some((mapping) => mapping.snapshotId === snapshotId))
    .map((image) => image.imageId);
}

function filterValues(state: State, snapshot: SnapshotRecord): Record<string, string> {
  return {
    description: snapshot.description,
    'owner-id': state.accountId,
    progress: `${snapshot.progress}%`,
    'snapshot-id': snapshot.snapshotId,
    status: snapshot.state,
    'volume-id': snapshot.volumeId,
    'volume-size': String(snapshot.sizeGiB),
  };
}

function snapshotXml(state: State, snapshot: SnapshotRecord): Xml {
  return {
    snapshotId: snapshot.snapshotId,
    volumeId: snapshot.volumeId,
    status: snapshot.state,
    statusMessage: snapshot.stateMessage,
    startTime: stamp(snapshot.startedAt),
    completionTime: snapshot.completedAt === undefined ? undefined : stamp(snapshot.completedAt),
    progress: `${snapshot.progress}%`,
    ownerId: state.accountId,
    volumeSize: snapshot.sizeGiB,
    description: snapshot.description,
    encrypted: false,
    storageTier: 'standard',
    fullSnapshotSizeInBytes: snapshot.fullBytes,
    tagSet: tagSet(snapshot.tags),
  };
}
