import { findImage, type ImageRecord, type State } from '../state.ts';
import { ApiError } from '../wire/errors.ts';
import { flag, type Params, required } from '../wire/query.ts';
import type { Xml } from '../wire/xml.ts';
import { imagesUsing, removeSnapshot } from './snapshots.ts';

/** How long a protection with cooldown lasts after it was disabled. */
const COOLDOWN_MS = 24 * 3_600_000;

/** Succeeds although snapshots stay: each one's own code tells what became of it. */
export function deregisterImage(state: State, params: Params): { [element: string]: Xml } {
  const image = findImage(state, required(params, 'ImageId'));
  const withSnapshots = flag(params, 'DeleteAssociatedSnapshots');
  if (isProtected(state, image)) {
    const message = `The image ${image.imageId} is protected from deregistration. Disable its deregistration protection first.`;
    throw new ApiError('OperationNotPermitted', message);
  }
  state.images.delete(image.imageId);
  state.deregistered.add(image.imageId);
  state.changed('image', image.imageId, 'deregistered');
  if (!withSnapshots) return { return: true };
  const ids = image.mappings.map((mapping) => mapping.snapshotId);
  const results = ids.map((snapshotId) => ({ snapshotId, returnCode: deleteWithImage(state, snapshotId) }));
  return { return: true, deleteSnapshotResultSet: results };
}

function deleteWithImage(state: State, snapshotId: string): string {
  const snapshot = state.snapshots.get(snapshotId);
  if (!snapshot) return 'client-error';
  if (state.denied.has('ec2:DeleteSnapshot')) return 'missing-permissions';
  if (imagesUsing(state, snapshotId).length > 0) return 'skipped';
  if (snapshot.deleteResult) return snapshot.deleteResult;
  removeSnapshot(state, snapshotId);
  return 'success';
}

function isProtected(state: State, image: ImageRecord): boolean {
  return image.protection !== 'disabled' || (image.protectedUntil ?? 0) > state.clock.now();
}

export function enableImageDeregistrationProtection(
  state: State,
  params: Params,
): { [element: string]: Xml } {
  const image = findImage(state, required(params, 'ImageId'));
  image.protection = flag(params, 'WithCooldown') ? 'enabled-with-cooldown' : 'enabled-without-cooldown';
  delete image.protectedUntil;
  state.changed('image', image.imageId, 'protected');
  return { return: image.protection };
}

export function disableImageDeregistrationProtection(
  state: State,
  params: Params,
): { [element: string]: Xml } {
  const image = findImage(state, required(params, 'ImageId'));
  if (image.protection === 'enabled-with-cooldown') image.protectedUntil = state.clock.now() + COOLDOWN_MS;
  image.protection = 'disabled';
  state.changed('image', image.imageId, 'unprotected');
  return { return: image.protection };
}

export function disableImage(state: State, params: Params): { [element: string]: Xml } {
  return move(state, params, 'available', 'disabled');
}

export function enableImage(state: State, params: Params): { [element: string]: Xml } {
  return move(state, params, 'disabled', 'available');
}

function move(state: State, params: Params, from: string, to: string): { [element: string]: Xml } {
  const image = findImage(state, required(params, 'ImageId'));
  if (image.state !== from && image.state !== to) {
    throw new ApiError(
      'InvalidAMIID.Unavailable',
      `The image ID '${image.imageId}' is in the state ${image.state}`,
    );
  }
  image.state = to;
  state.changed('image', image.imageId, to);
  return { return: true };
}
