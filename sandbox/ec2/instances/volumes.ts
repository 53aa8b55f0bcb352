import { find, type SnapshotRecord, type State, stamp, type VolumeRecord, visible } from '../state.ts';
import { tagSet } from '../tags.ts';
import { BLOCK_BYTES, type BlockHistory, blockHistory } from '../wire/blocks.ts';
import { ApiError } from '../wire/errors.ts';
import { filterTest } from '../wire/filters.ts';
import { page } from '../wire/paging.ts';
import { type Params, required, texts } from '../wire/query.ts';
import type { Xml } from '../wire/xml.ts';

/** A volume to attach to a new instance. */
export interface VolumeSpec {
  device: string;
  sizeGiB: number;
  type?: string;
  iops?: number;
  throughput?: number;
  /** How much of it is written, in blocks of 512 KiB (default: a third). */
  usedBlocks?: number;
  deleteOnTermination?: boolean;
}

const BLOCKS_PER_GIB = 2 ** 30 / BLOCK_BYTES;

export function addVolume(
  state: State,
  spec: VolumeSpec,
  at: { instanceId: string; zone: string },
): VolumeRecord {
  const volumeId = state.nextId('volume');
  const total = spec.sizeGiB * BLOCKS_PER_GIB;
  const used = spec.usedBlocks ?? Math.floor(total / 3);
  const history = onFirstUse(() => blockHistory(total, used, state.volumes.size + 1));
  const volume: VolumeRecord = {
    volumeId,
    sizeGiB: spec.sizeGiB,
    type: spec.type ?? 'gp2',
    ...(spec.iops === undefined ? {} : { iops: spec.iops }),
    ...(spec.throughput === undefined ? {} : { throughput: spec.throughput }),
    zone: at.zone,
    createdAt: state.clock.now(),
    attachedTo: {
      instanceId: at.instanceId,
      device: spec.device,
      deleteOnTermination: spec.deleteOnTermination ?? false,
    },
    tags: {},
    get blocks(): BlockHistory {
      return history();
    },
    changeBlocks: (count) => history().change(count),
  };
  state.volumes.set(volumeId, volume);
  state.changed('volume', volumeId, 'created');
  return volume;
}

/** A volume that begins as a copy of a snapshot. */
export function addVolumeFrom(
  state: State,
  snapshot: SnapshotRecord,
  zone: string,
  attachedTo: VolumeRecord['attachedTo'],
  tags: Record<string, string>,
  kind: Pick<VolumeSpec, 'type' | 'iops' | 'throughput'> = { type: 'gp3' },
): VolumeRecord {
  const spec = {
    device: attachedTo?.device ?? '',
    sizeGiB: snapshot.sizeGiB,
    ...kind,
    usedBlocks: Math.ceil(snapshot.fullBytes / BLOCK_BYTES),
  };
  const volume = addVolume(state, spec, { instanceId: attachedTo?.instanceId ?? '', zone });
  volume.snapshotId = snapshot.snapshotId;
  volume.tags = { ...tags };
  if (attachedTo === undefined) delete volume.attachedTo;
  else volume.attachedTo = attachedTo;
  state.machines.volumeFilled(volume.volumeId, snapshot.snapshotId);
  return volume;
}

export function deleteVolume(state: State, params: Params): { [element: string]: Xml } {
  const volume = find(state, 'volume', state.volumes, required(params, 'VolumeId'));
  if (volume.attachedTo !== undefined) {
    const message = `Volume ${volume.volumeId} is currently attached to ${volume.attachedTo.instanceId}`;
    throw new ApiError('VolumeInUse', message);
  }
  state.volumes.delete(volume.volumeId);
  state.machines.forgotten(volume.volumeId);
  state.changed('volume', volume.volumeId, 'deleted');
  return { return: true };
}

/** A large volume's blocks take room, so they exist only once somebody looks at them. */
function onFirstUse<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

const FILTERS = ['attachment.instance-id', 'attachment.device', 'status', 'volume-id', 'volume-type'];

export function describeVolumes(state: State, params: Params): { [element: string]: Xml } {
  const ids = texts(params, 'VolumeId');
  for (const id of ids) find(state, 'volume', state.volumes, id);
  const matches = filterTest(params, FILTERS);
  const found = visible(state, state.volumes).filter(
    ([id, volume]) =>
      (ids.length === 0 || ids.includes(id)) && matches({ values: filterValues(volume), tags: volume.tags }),
  );
  const answer = page(params, found, { least: 5, notWith: 'VolumeId', pageSize: state.pageSize });
  return { volumeSet: answer.page.map(volumeXml), nextToken: answer.nextToken };
}

function filterValues(volume: VolumeRecord): Record<string, string | undefined> {
  return {
    'attachment.instance-id': volume.attachedTo?.instanceId,
    'attachment.device': volume.attachedTo?.device,
    status: status(volume),
    'volume-id': volume.volumeId,
    'volume-type': volume.type,
  };
}

function status(volume: VolumeRecord): string {
  return volume.attachedTo ? 'in-use' : 'available';
}

function volumeXml(volume: VolumeRecord): Xml {
  const attached = volume.attachedTo;
  return {
    volumeId: volume.volumeId,
    size: volume.sizeGiB,
    snapshotId: volume.snapshotId ?? '',
    availabilityZone: volume.zone,
    status: status(volume),
    createTime: stamp(volume.createdAt),
    attachmentSet: attached
      ? [
          {
            volumeId: volume.volumeId,
            instanceId: attached.instanceId,
            device: attached.device,
            status: 'attached',
            attachTime: stamp(volume.createdAt),
            deleteOnTermination: attached.deleteOnTermination,
          },
        ]
      : [],
    volumeType: volume.type,
    iops: volume.iops,
    throughput: volume.throughput,
    encrypted: false,
    multiAttachEnabled: false,
    tagSet: tagSet(volume.tags),
  };
}
