import { restart } from '../instances/instance-progress.ts';
import {
  find,
  type ImageMapping,
  type ImageRecord,
  type InstanceRecord,
  type NextImage,
  type SnapshotRecord,
  type State,
} from '../state.ts';
import { readTagSpecifications } from '../tags.ts';
import { ApiError, invalidValue } from '../wire/errors.ts';
import { flag, type Params, required, structures, text } from '../wire/query.ts';
import type { Xml } from '../wire/xml.ts';
import { startSnapshot } from './snapshots.ts';

/** The states of an instance of which EC2 makes an image. */
const IMAGEABLE = ['running', 'stopping', 'stopped'];

/** The snapshots are a fact of this moment: they start here, and what the machine writes later is not in them. */
export function createImage(state: State, params: Params): { [element: string]: Xml } {
  const instance = imageableInstance(state, required(params, 'InstanceId'));
  const name = freeName(state, required(params, 'Name'));
  const tags = readTagSpecifications(params, ['image', 'snapshot']);
  const unwanted = unwantedDevices(instance, params);
  const fate = state.nextImage ?? {};
  state.nextImage = undefined;

  const imageId = state.nextId('image');
  const noReboot = flag(params, 'NoReboot');
  const left = instance.devices.filter(
    ({ device }) => !unwanted.includes(device) && !fate.dropVolumes?.includes(device),
  );
  const reboots = !noReboot && instance.state === 'running';
  if (reboots) restart(state, instance);
  const mappings = left.flatMap(({ device, volumeId, deleteOnTermination }): ImageMapping[] => {
    const volume = state.volumes.get(volumeId);
    if (!volume) return [];
    const { snapshotId } = startSnapshot(state, volume, {
      description: `Created by CreateImage(${instance.instanceId}) for ${imageId}`,
      tags: tags.snapshot ?? {},
      neverCompletes: fate.neverCompletes ?? false,
    });
    const { sizeGiB, type: volumeType, iops, throughput } = volume;
    const speed = {
      ...(iops === undefined ? {} : { iops }),
      ...(throughput === undefined ? {} : { throughput }),
    };
    return [{ device, snapshotId, sizeGiB, volumeType, ...speed, deleteOnTermination }];
  });
  const image: ImageRecord = {
    imageId,
    name,
    description: text(params, 'Description') ?? '',
    state: 'pending',
    sourceInstanceId: instance.instanceId,
    createdAt: state.clock.now(),
    rootDevice: instance.rootDevice,
    mappings,
    tags: tags.image ?? {},
    noReboot,
    protection: 'disabled',
  };
  state.images.set(imageId, image);
  applyFate(state, image, fate);
  state.changed('image', imageId, 'created');
  if (reboots) {
    instance.reboots += 1;
    state.changed('instance', instance.instanceId, 'rebooted');
  }
  return { imageId };
}

function imageableInstance(state: State, id: string): InstanceRecord {
  const instance = find(state, 'instance', state.instances, id);
  if (IMAGEABLE.includes(instance.state)) return instance;
  // The words EC2 uses, as reported in aws-samples/aws-systemsmanagerautomation-with-asglifecyclehooks#2.
  throw invalidValue(
    `Invalid value '${id}' for instanceId. Instance is not in state 'running' or 'stopping' or 'stopped'`,
  );
}

function freeName(state: State, name: string): string {
  if (!/^[A-Za-z0-9()[\] ./\-'@_]{3,128}$/.test(name)) {
    const message =
      'AMI names must be between 3 and 128 characters long, and may contain letters, numbers, ' +
      `'(', ')', '.', '-', '/' and '_'`;
    throw new ApiError('InvalidAMIName.Malformed', message);
  }
  const holder = [...state.images.values()].find((image) => image.name === name);
  if (!holder) return name;
  throw new ApiError(
    'InvalidAMIName.Duplicate',
    `AMI name ${name} is already in use by AMI ${holder.imageId}`,
  );
}

/** `NoDevice` leaves a volume out; it is given as an empty text, so its presence counts and not its value. */
function unwantedDevices(instance: InstanceRecord, params: Params): string[] {
  return structures(params, 'BlockDeviceMapping').flatMap((mapping) => {
    const device = text(mapping, 'DeviceName') ?? '';
    if (text(mapping, 'NoDevice') === undefined) return [];
    if (device !== instance.rootDevice) return [device];
    throw new ApiError('InvalidBlockDeviceMapping', 'The root device cannot be left out of the image.');
  });
}

function applyFate(state: State, image: ImageRecord, fate: NextImage) {
  const now = state.clock.now();
  const snapshots = image.mappings.flatMap((mapping) => state.snapshots.get(mapping.snapshotId) ?? []);
  const halfway = now + Math.min(...snapshots.map(halfDuration), 1000 * state.snapshotSeconds.max);
  if (fate.fail !== undefined) {
    image.fails = { at: fate.failAfter === undefined ? halfway : now + fate.failAfter, message: fate.fail };
  }
  const first = snapshots[0];
  if (fate.snapshotError !== undefined && first) {
    first.fails = { at: now + halfDuration(first), message: fate.snapshotError };
  }
  if (fate.invisibleFor === undefined) return;
  const until = now + fate.invisibleFor;
  state.hiddenUntil.set(image.imageId, until);
  for (const { snapshotId } of snapshots) state.hiddenUntil.set(snapshotId, until);
}

function halfDuration(snapshot: SnapshotRecord): number {
  return Math.floor(snapshot.durationMs / 2);
}
