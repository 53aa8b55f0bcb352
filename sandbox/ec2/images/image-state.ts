import type { ImageRecord, SnapshotRecord, State } from '../state.ts';

/** Makes an image fail for good, with a reason its owner reads in StateReason. */
export function failImage(
  state: State,
  image: ImageRecord,
  message: string,
  code = 'Server.InternalError',
): void {
  image.state = 'failed';
  image.stateReason = { code, message };
  state.changed('image', image.imageId, 'failed');
}

export function errorSnapshot(state: State, snapshot: SnapshotRecord, message: string): void {
  snapshot.state = 'error';
  snapshot.stateMessage = message;
  state.changed('snapshot', snapshot.snapshotId, 'error');
}

export function completeSnapshot(state: State, snapshot: SnapshotRecord, at: number): void {
  snapshot.state = 'completed';
  snapshot.progress = 100;
  snapshot.completedAt = at;
  state.changed('snapshot', snapshot.snapshotId, 'completed');
}
