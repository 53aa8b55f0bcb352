import {
  CreateTagsCommand,
  DeleteSnapshotCommand,
  DeleteTagsCommand,
  DeregisterImageCommand,
  DisableImageCommand,
  DisableImageDeregistrationProtectionCommand,
  type EC2Client,
  EnableImageCommand,
  EnableImageDeregistrationProtectionCommand,
} from '@aws-sdk/client-ec2';
import type { Ec2, SnapshotDeletion } from '../../../core/ports/ec2.ts';
import { ProblemError } from '../../../core/problems/problem.ts';
import { type Caller, codeOf, DENIED } from '../calls.ts';
import { snapshotDeletions } from '../facts.ts';
import * as requests from '../requests.ts';

type ImageChanges = Pick<
  Ec2,
  'tag' | 'untag' | 'deregister' | 'deleteSnapshot' | 'setDisabled' | 'setProtected'
>;

/** An image that a call found gone: an earlier call, whose answer was lost, has deregistered it (API reference, error codes). */
const GONE = new Set(['InvalidAMIID.NotFound', 'InvalidAMIID.Unavailable']);

/**
 * Calls that change images and snapshots which exist. Each is safe to make again after a lost answer. An image that is
 * protected from deregistration is refused by EC2 itself (`OperationNotPermitted`), and stays so. `changed` is called after
 * every one, refused or not: the answer that was lost may have been a success.
 */
export function createImageChanges(client: EC2Client, caller: Caller, changed: () => void): ImageChanges {
  async function changing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      changed();
    }
  }

  return {
    tag: (resourceIds, tags, options) =>
      changing(async () => {
        // EC2 refuses a call without any.
        if (Object.keys(tags).length === 0) return;
        try {
          await caller.call(
            'CreateTags',
            (abortSignal) =>
              client.send(new CreateTagsCommand(requests.createTags(resourceIds, tags)), { abortSignal }),
            options,
          );
        } catch (error) {
          if (codeOf(error) !== 'TagLimitExceeded') throw error;
          const keys = Object.keys(tags);
          throw new ProblemError({ code: 'tag-limit', ids: [...resourceIds], keys }, { cause: error });
        }
      }),
    untag: (resourceIds, keys, options) =>
      changing(async () => {
        await caller.call(
          'DeleteTags',
          (abortSignal) =>
            client.send(new DeleteTagsCommand(requests.deleteTags(resourceIds, keys)), { abortSignal }),
          options,
        );
      }),
    deregister: (imageId, options) =>
      changing(async (): Promise<SnapshotDeletion[]> => {
        try {
          const answer = await caller.call(
            'DeregisterImage',
            (abortSignal) =>
              client.send(new DeregisterImageCommand(requests.deregisterImage(imageId)), { abortSignal }),
            options,
          );
          return snapshotDeletions(answer.DeleteSnapshotResults);
        } catch (error) {
          if (GONE.has(codeOf(error) ?? '')) return [];
          throw error;
        }
      }),
    deleteSnapshot: (snapshotId, options) =>
      changing(async (): Promise<SnapshotDeletion> => {
        try {
          await caller.call(
            'DeleteSnapshot',
            (abortSignal) =>
              client.send(new DeleteSnapshotCommand({ SnapshotId: snapshotId }), { abortSignal }),
            options,
          );
          return { snapshotId, result: 'success' };
        } catch (error) {
          return { snapshotId, result: deletionResult(error) };
        }
      }),
    setDisabled: (imageId, disabled, options) =>
      changing(async () => {
        const input = { ImageId: imageId };
        if (disabled) {
          await caller.call(
            'DisableImage',
            (abortSignal) => client.send(new DisableImageCommand(input), { abortSignal }),
            options,
          );
        } else {
          await caller.call(
            'EnableImage',
            (abortSignal) => client.send(new EnableImageCommand(input), { abortSignal }),
            options,
          );
        }
      }),
    setProtected: (imageId, isProtected, options) =>
      changing(async () => {
        const input = { ImageId: imageId };
        if (isProtected) {
          await caller.call(
            'EnableImageDeregistrationProtection',
            (abortSignal) =>
              client.send(new EnableImageDeregistrationProtectionCommand(input), { abortSignal }),
            options,
          );
        } else {
          await caller.call(
            'DisableImageDeregistrationProtection',
            (abortSignal) =>
              client.send(new DisableImageDeregistrationProtectionCommand(input), { abortSignal }),
            options,
          );
        }
      }),
  };
}

/** A refused deletion in the words that DeregisterImage has for it, or by EC2's own code; trouble is thrown on. */
function deletionResult(error: unknown): string {
  const code = codeOf(error);
  if (code === 'InvalidSnapshot.NotFound') return 'success';
  if (code === 'InvalidSnapshot.InUse') return 'skipped';
  if (code !== undefined && DENIED.has(code)) return 'missing-permissions';
  if (code !== undefined && error instanceof ProblemError && error.problem.code === 'ec2-refused')
    return code;
  throw error;
}
