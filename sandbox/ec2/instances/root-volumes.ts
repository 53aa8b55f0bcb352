import {
  find,
  findImage,
  type InstanceRecord,
  type State,
  stamp,
  type VolumeRecord,
  visible,
} from '../state.ts';
import { readTagSpecifications, tagSet } from '../tags.ts';
import { ApiError } from '../wire/errors.ts';
import { filterTest } from '../wire/filters.ts';
import { page } from '../wire/paging.ts';
import { flag, type Params, required, text, texts } from '../wire/query.ts';
import { once } from '../wire/tokens.ts';
import type { Xml } from '../wire/xml.ts';
import { restart } from './instance-progress.ts';
import type { TaskRecord } from './machine-state.ts';
import { addVolumeFrom } from './volumes.ts';

export function createReplaceRootVolumeTask(state: State, params: Params): { [element: string]: Xml } {
  const taskId = once(state, params, 'CreateReplaceRootVolumeTask', () => begin(state, params).taskId);
  const task = state.tasks.get(taskId);
  if (task === undefined) throw new ApiError('InternalError', 'The task is gone');
  return { replaceRootVolumeTask: taskXml(task) };
}

function begin(state: State, params: Params): TaskRecord {
  const instance = find(state, 'instance', state.instances, required(params, 'InstanceId'));
  if (instance.state !== 'running') {
    const message = `The instance '${instance.instanceId}' is not in a valid state for this operation.`;
    throw new ApiError('IncorrectInstanceState', message);
  }
  if (flag(params, 'DeleteReplacedRootVolume'))
    throw new ApiError('InvalidParameterValue', 'The sandbox keeps every replaced root volume.');
  const tags = readTagSpecifications(params, ['replace-root-volume-task']);
  const volume = replacement(state, instance, params);
  const fate = state.nextReplacement ?? {};
  state.nextReplacement = undefined;
  const now = state.clock.now();
  const step = state.machineSeconds.replacing * 1000;
  const task: TaskRecord = {
    taskId: state.nextId('task'),
    instanceId: instance.instanceId,
    state: 'pending',
    startedAt: now,
    newVolumeId: volume.volumeId,
    tags: tags['replace-root-volume-task'] ?? {},
    steps: steps(fate.ends, fate.through ?? []).map((name, index) => ({
      state: name,
      at: now + (index + 1) * step,
    })),
    ...(text(params, 'ImageId') === undefined ? {} : { imageId: text(params, 'ImageId') ?? '' }),
    ...(volume.snapshotId === undefined ? {} : { snapshotId: volume.snapshotId }),
  };
  state.tasks.set(task.taskId, task);
  state.changed('task', task.taskId, 'pending');
  return task;
}

/** The way a task goes through its states (facts: ec2.md). */
function steps(ends: 'failed' | 'failed-detached' | 'never' | undefined, through: string[]): string[] {
  switch (ends) {
    case 'never':
      return through;
    case 'failed':
      return [...through, 'failing', 'failed'];
    case 'failed-detached':
      return [...through, 'in-progress', 'failing-detached', 'failed-detached'];
    default:
      return [...through, 'in-progress', 'succeeded'];
  }
}

/** The volume that will be the root: a copy of an image's or a snapshot's, or one that exists. */
function replacement(state: State, instance: InstanceRecord, params: Params): VolumeRecord {
  const [imageId, snapshotId, volumeId] = ['ImageId', 'SnapshotId', 'VolumeId'].map((name) =>
    text(params, name),
  );
  if ([imageId, snapshotId, volumeId].filter((given) => given !== undefined).length > 1)
    throw new ApiError('InvalidParameterCombination', 'Specify one of ImageId, SnapshotId and VolumeId.');
  if (volumeId !== undefined) {
    const volume = find(state, 'volume', state.volumes, volumeId);
    if (volume.attachedTo !== undefined)
      throw new ApiError('VolumeInUse', `${volumeId} is already attached to an instance`);
    if (volume.zone === instance.zone) return volume;
    const message = `The volume '${volumeId}' is not in the same availability zone as instance '${instance.instanceId}'`;
    throw new ApiError('InvalidVolume.ZoneMismatch', message);
  }
  if (imageId === undefined && snapshotId === undefined)
    throw new ApiError('InvalidParameterCombination', 'The sandbox knows no launch state to go back to.');
  const from = imageId === undefined ? (snapshotId ?? '') : rootSnapshot(state, imageId);
  const snapshot = find(state, 'snapshot', state.snapshots, from);
  if (imageId === undefined && !isOfLineage(instance, snapshot.volumeId)) {
    const message = `The snapshot '${from}' was not created from the root volume of '${instance.instanceId}'`;
    throw new ApiError('InvalidParameterValue', message);
  }
  return addVolumeFrom(state, snapshot, instance.zone, undefined, {});
}

function rootSnapshot(state: State, imageId: string): string {
  const image = findImage(state, imageId);
  if (image.state !== 'available')
    throw new ApiError('InvalidAMIID.Unavailable', `The image ID '${imageId}' is not available`);
  return image.mappings.find(({ device }) => device === image.rootDevice)?.snapshotId ?? '';
}

/** A snapshot counts only when it was taken of the root volume the instance has now. */
function isOfLineage(instance: InstanceRecord, volumeId: string): boolean {
  return instance.devices.some((one) => one.device === instance.rootDevice && one.volumeId === volumeId);
}

export function describeReplaceRootVolumeTasks(state: State, params: Params): { [element: string]: Xml } {
  const ids = texts(params, 'ReplaceRootVolumeTaskId');
  for (const id of ids) find(state, 'task', state.tasks, id);
  const matches = filterTest(params, ['instance-id']);
  const found = visible(state, state.tasks).filter(
    ([id, task]) =>
      (ids.length === 0 || ids.includes(id)) &&
      matches({ values: { 'instance-id': task.instanceId }, tags: task.tags }),
  );
  const answer = page(params, found, { least: 1, pageSize: state.pageSize });
  return { replaceRootVolumeTaskSet: answer.page.map(taskXml), nextToken: answer.nextToken };
}

/** Brings the tasks to where they are at this time. */
export function settleTasks(state: State): void {
  const now = state.clock.now();
  for (const task of state.tasks.values()) {
    for (let step = task.steps[0]; step !== undefined && step.at <= now; step = task.steps[0]) {
      task.steps.shift();
      advance(state, task, step.state, step.at);
    }
  }
}

/** When each task will change next, in the clock's ms. */
export function taskChanges(state: State): number[] {
  return [...state.tasks.values()].flatMap((task) => task.steps[0]?.at ?? []);
}

function advance(state: State, task: TaskRecord, to: string, at: number): void {
  const instance = state.instances.get(task.instanceId);
  task.state = to;
  state.changed('task', task.taskId, to);
  if (to === 'in-progress' && instance !== undefined) detachRoot(state, instance);
  if (to === 'succeeded' && instance !== undefined) {
    attachRoot(state, instance, task.newVolumeId);
    restart(state, instance);
  }
  if (['succeeded', 'failed', 'failed-detached'].includes(to)) task.completedAt = at;
}

/** The system is down from here on: its disk is taken away. */
function detachRoot(state: State, instance: InstanceRecord): void {
  const root = instance.devices.find(({ device }) => device === instance.rootDevice);
  if (root === undefined) return;
  state.machines.halted(instance.instanceId);
  instance.devices = instance.devices.filter((one) => one !== root);
  delete state.volumes.get(root.volumeId)?.attachedTo;
  state.changed('volume', root.volumeId, 'available');
}

function attachRoot(state: State, instance: InstanceRecord, volumeId: string): void {
  const volume = state.volumes.get(volumeId);
  if (volume === undefined) return;
  const deleteOnTermination = false;
  volume.attachedTo = { instanceId: instance.instanceId, device: instance.rootDevice, deleteOnTermination };
  instance.devices = [{ device: instance.rootDevice, volumeId, deleteOnTermination }, ...instance.devices];
  state.changed('volume', volumeId, 'in-use');
}

function taskXml(task: TaskRecord): Xml {
  return {
    replaceRootVolumeTaskId: task.taskId,
    instanceId: task.instanceId,
    taskState: task.state,
    startTime: stamp(task.startedAt),
    completeTime: task.completedAt === undefined ? undefined : stamp(task.completedAt),
    imageId: task.imageId,
    snapshotId: task.snapshotId,
    deleteReplacedRootVolume: false,
    tagSet: tagSet(task.tags),
  };
}
