import { instanceChanges, settleInstances } from '../instances/instance-progress.ts';
import { settleTasks, taskChanges } from '../instances/root-volumes.ts';
import type { ImageRecord, SnapshotRecord, State } from '../state.ts';
import { completeSnapshot, errorSnapshot, failImage } from './image-state.ts';

/** EC2 shows an image as pending a little longer than its last snapshot. */
const IMAGE_LAG_MS = 1000;

/** Brings everything to where it is at this time. */
export function settle(state: State): void {
  const now = state.clock.now();
  for (const snapshot of state.snapshots.values()) {
    if (snapshot.state === 'pending') settleSnapshot(state, snapshot, now);
  }
  for (const image of state.images.values()) {
    if (image.state === 'pending') settleImage(state, image, now);
  }
  settleTasks(state);
  settleInstances(state);
}

/** When something will change next without a request, in the clock's ms; Infinity when nothing will. */
export function nextChangeAt(state: State): number {
  const times: number[] = [...instanceChanges(state), ...taskChanges(state)];
  for (const snapshot of state.snapshots.values()) {
    if (snapshot.state !== 'pending') continue;
    times.push(Math.min(snapshot.fails?.at ?? Infinity, snapshot.startedAt + snapshot.durationMs));
  }
  for (const image of state.images.values()) {
    if (image.state !== 'pending') continue;
    times.push(Math.min(image.fails?.at ?? Infinity, availableAt(state, image)));
  }
  return Math.min(Infinity, ...times);
}

function settleSnapshot(state: State, snapshot: SnapshotRecord, now: number) {
  if (snapshot.fails && snapshot.fails.at <= now)
    return errorSnapshot(state, snapshot, snapshot.fails.message);
  const due = snapshot.startedAt + snapshot.durationMs;
  if (due <= now) return completeSnapshot(state, snapshot, due);
  // One that never completes still moves at first, as the ones people wait a day for do.
  const whole = Number.isFinite(snapshot.durationMs) ? snapshot.durationMs : 1000 * state.snapshotSeconds.max;
  const progress = Math.min(99, Math.max(0, Math.floor((100 * (now - snapshot.startedAt)) / whole)));
  if (progress === snapshot.progress) return;
  snapshot.progress = progress;
  state.changed('snapshot', snapshot.snapshotId, `${progress}%`);
}

function settleImage(state: State, image: ImageRecord, now: number) {
  if (image.fails && image.fails.at <= now) return failImage(state, image, image.fails.message);
  const failed = snapshotsOf(state, image).find((snapshot) => snapshot.state === 'error');
  if (failed) {
    return failImage(
      state,
      image,
      `The snapshot ${failed.snapshotId} failed: ${failed.stateMessage ?? 'no reason given'}`,
    );
  }
  if (availableAt(state, image) > now) return;
  image.state = 'available';
  state.changed('image', image.imageId, 'available');
}

function availableAt(state: State, image: ImageRecord): number {
  if (image.fails) return Infinity;
  const snapshots = snapshotsOf(state, image);
  if (snapshots.length < image.mappings.length) return Infinity;
  if (snapshots.some((snapshot) => snapshot.state !== 'completed')) return Infinity;
  return Math.max(...snapshots.map((snapshot) => snapshot.completedAt ?? snapshot.startedAt)) + IMAGE_LAG_MS;
}

function snapshotsOf(state: State, image: ImageRecord): SnapshotRecord[] {
  return image.mappings.flatMap((mapping) => state.snapshots.get(mapping.snapshotId) ?? []);
}
